using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>
/// An OpenTelemetry collector of the tests: takes what servers export by OTLP over HTTP in protobuf, on a free loopback port, and keeps
/// it. Thread-safe.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<ExportedSpan> _spans = new();
    private readonly ConcurrentDictionary<(string Node, string Name), byte> _metrics = new();
    private readonly ConcurrentDictionary<string, string> _services = new();
    private readonly ConcurrentDictionary<string, int> _logs = new();

    private OtlpReceiver(WebApplication application) => _application = application;

    /// <summary>Every span so far.</summary>
    public IReadOnlyCollection<ExportedSpan> Spans => _spans;

    /// <summary>How many log records came.</summary>
    public int Logs => _logs.Values.Sum();

    /// <summary>Where it listens.</summary>
    public string Url => _application.Urls.Single();

    /// <summary>The <c>service.name</c> of each node.</summary>
    public IReadOnlyDictionary<string, string> Services => _services;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var receiver = new OtlpReceiver(application);
        application.MapPost("/v1/traces", context => TakeAsync(context, receiver.TakeSpans));
        application.MapPost("/v1/metrics", context => TakeAsync(context, receiver.TakeMetrics));
        application.MapPost("/v1/logs", context => TakeAsync(context, receiver.TakeLogs));
        await application.StartAsync();
        return receiver;
    }

    /// <summary>What makes a server export to this, quickly.</summary>
    public void Configure(ServerSetup setup)
    {
        setup.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url;
        setup.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        setup.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        setup.Environment["OTEL_BLRP_SCHEDULE_DELAY"] = "100";
        setup.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
    }

    /// <summary>Names of the metrics of a node.</summary>
    public IEnumerable<string> MetricsOf(string node) => _metrics.Keys.Where(key => key.Node == node).Select(static key => key.Name);

    /// <summary>How many log records of a node came.</summary>
    public int LogsOf(string node) => _logs.GetValueOrDefault(node);

    /// <summary>Waits until the spans so far say so; the failure prints them.</summary>
    public Task UntilAsync(Func<IReadOnlyCollection<ExportedSpan>, bool> holds, string what) =>
        Eventually.TrueAsync(
            () => Task.FromResult(holds(Spans)), what, TimeSpan.FromSeconds(30),
            () => string.Join('\n', _spans.Select(static span => span.ToString()).Prepend(string.Create(CultureInfo.InvariantCulture, $"{_spans.Count} spans:"))));

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task TakeAsync(HttpContext context, Action<ProtobufFields> take)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        take(new ProtobufFields(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    private void TakeSpans(ProtobufFields request)
    {
        foreach (var (node, scope) in Scopes(request))
        {
            foreach (var span in scope.Messages(2))
            {
                _spans.Enqueue(new ExportedSpan(
                    node, span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), (int)span.Number(6), span.Number(7), span.Number(8), span.Attributes(9), ErrorOf(span)));
            }
        }
    }

    private static string? ErrorOf(ProtobufFields span) =>
        span.Messages(15).SingleOrDefault() is { } status && status.Number(3) == 2 ? status.Text(2) : null;

    private void TakeMetrics(ProtobufFields request)
    {
        foreach (var (node, scope) in Scopes(request))
        {
            foreach (var metric in scope.Messages(2)) _metrics[(node, metric.Text(1))] = 0;
        }
    }

    private void TakeLogs(ProtobufFields request)
    {
        foreach (var (node, scope) in Scopes(request))
        {
            var count = scope.Messages(2).Count();
            _logs.AddOrUpdate(node, count, (_, known) => known + count);
        }
    }

    private IEnumerable<(string Node, ProtobufFields Scope)> Scopes(ProtobufFields request)
    {
        foreach (var part in request.Messages(1))
        {
            var resource = part.Messages(1).Single().Attributes(1);
            var node = resource["service.instance.id"];
            _services[node] = resource["service.name"];
            foreach (var scope in part.Messages(2)) yield return (node, scope);
        }
    }
}
