using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Options;
using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.Tracing;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Gateway;

/// <summary>From a handshake to a served connection, for both doors. Thread-safe.</summary>
internal sealed class ConnectionAccepter(
    ConnectionAdmission admission,
    ConnectionLoop loop,
    ClosingHandshake closing,
    OutputLoops outputLoops,
    ServerMetrics metrics,
    GatewayState state,
    WebSocketRateLimit rateLimit,
    IOptions<WebSocketOptions> webSocketOptions,
    TimeProvider time)
{
    private readonly SocketIdSource _ids = new();

    /// <summary>Serves a socket whose handshake is right and not answered yet: refuses it over HTTP, or accepts and runs it to its end.</summary>
    public Task AcceptAsync(UpgradeRequest request, PipeReader input, IFrameSink sink, IPAddress? peer) =>
        ServeAsync(AdmitAsync(request, input, sink, peer), input);

    /// <summary>Runs a socket whose handshake is answered already, or will be by <paramref name="acceptResponse"/>, the first bytes of its output.</summary>
    public Task RunAsync(string path, string query, string? origin, PipeReader input, IFrameSink sink, byte[]? acceptResponse) =>
        ServeAsync(OpenAsync(path, query, origin, input, sink, acceptResponse), input);

    // Apart from the handshake, whose request and answer would otherwise live as long as the socket does.
    private Task ServeAsync(ValueTask<Connection?> admitted, PipeReader input)
    {
        if (!admitted.IsCompletedSuccessfully) return AwaitAsync(admitted, input);
        return admitted.Result is { } connection ? loop.RunAsync(connection, input) : Task.CompletedTask;
    }

    private async Task AwaitAsync(ValueTask<Connection?> admitted, PipeReader input)
    {
        var connection = await admitted.ConfigureAwait(false);
        admitted = default; // what it was made from must not live as long as the socket does
        if (connection is not null) await loop.RunAsync(connection, input).ConfigureAwait(false);
    }

    /// <summary>The connection to run; null when it was refused.</summary>
    private async ValueTask<Connection?> AdmitAsync(UpgradeRequest request, PipeReader input, IFrameSink sink, IPAddress? peer)
    {
        if (state.IsDraining)
        {
            await sink.WriteAsync(HandshakeRefusals.Draining.Response()).ConfigureAwait(false);
            return null;
        }

        if (await rateLimit.CheckAsync(peer, request.ForwardedFor).ConfigureAwait(false) is { Allowed: false } lease)
        {
            var refusal = lease.IsUnavailable ? HandshakeRefusals.LimiterAway : HandshakeRefusals.RateLimited with { Headers = RateLimitHeaders(lease) };
            await sink.WriteAsync(refusal.Response()).ConfigureAwait(false);
            return null;
        }

        return await OpenAsync(request.Path, request.Query, request.Origin, input, sink, request.AcceptResponse()).ConfigureAwait(false);
    }

    private async ValueTask<Connection?> OpenAsync(string path, string query, string? origin, PipeReader input, IFrameSink sink, byte[]? acceptResponse)
    {
        var span = ServerTracing.Start("connect", ActivityKind.Server);
        var (app, refusal) = await admission.DecideAsync(path, query, origin, CancellationToken.None).ConfigureAwait(false);
        if (app is null)
        {
            span?.Refused(refusal!.Code);
            span?.Dispose();
            var queue = new OutboundQueue(outputLoops.Next(), sink, NobodyObserves.Instance, null, int.MaxValue);
            if (acceptResponse is not null) queue.Enqueue(acceptResponse);
            queue.Close([PusherWriter.Error(refusal!), ServerFrame.Close((ushort)refusal!.Code, refusal.Message)], discard: false, out _);
            using var reader = new FrameReader(webSocketOptions.Value.EffectiveMaxPayload, webSocketOptions.Value.MaxFrameSize);
            await closing.FinishAsync(queue, input, reader).ConfigureAwait(false);
            return null;
        }

        var connection = new Connection(
            _ids.Next(), app, metrics.ForApp(app.Id), sink, outputLoops.Next(), webSocketOptions.Value, time.GetTimestamp())
        {
            Opening = span,
        };
        span?.OfSocket(app.Id, connection.Id);
        if (acceptResponse is not null) connection.Output.Enqueue(acceptResponse);
        return connection;
    }

    private static string RateLimitHeaders(RateLimitLease lease) =>
        $"X-RateLimit-Limit: {lease.Limit}\r\nX-RateLimit-Remaining: {lease.Remaining}\r\nX-RateLimit-Reset: {lease.ResetSeconds}\r\nRetry-After: {lease.ResetSeconds}\r\n";

    private sealed class NobodyObserves : IOutputObserver
    {
        public static readonly NobodyObserves Instance = new();

        public void OnSent(int frames, int bytes)
        {
            // A refused socket belongs to no app whose counters could grow.
        }

        public void OnOutputFailed()
        {
            // The refusal's wait ends with the queue.
        }
    }
}
