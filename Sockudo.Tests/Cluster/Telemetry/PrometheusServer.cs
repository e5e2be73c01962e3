using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>
/// Debian's Prometheus as a child process: it scrapes metrics listeners as the job "sockudo" twice a second and evaluates the shipped
/// alerts, whose waiting times alone are shortened to a second.
/// </summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _http;

    private PrometheusServer(ChildProcess process, DirectoryInfo folder, HttpClient http) => (_process, _folder, _http) = (process, folder, http);

    /// <summary>The folder of the shipped rules.</summary>
    public static string Rules { get; } = Path.Combine(RepositoryLayout.Root, "ops", "prometheus");

    public static async Task<PrometheusServer> StartAsync(IEnumerable<Uri> metrics)
    {
        var folder = Directory.CreateTempSubdirectory("sockudo-prometheus-");
        var rules = await File.ReadAllTextAsync(Path.Combine(Rules, "sockudo.rules.yml"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "rules.yml"), WaitingTime().Replace(rules, "for: 1s"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "prometheus.yml"), $$"""
            global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
            rule_files: [rules.yml]
            scrape_configs:
              - job_name: sockudo
                static_configs:
                  - targets: [{{string.Join(", ", metrics.Select(static uri => uri.Authority))}}]

            """);
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePorts.Next()}");
        var process = ChildProcess.Start(
            "prometheus", ["--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address={address}", "--log.level=warn"], folder.FullName);
        var server = new PrometheusServer(process, folder, new HttpClient { BaseAddress = new Uri($"http://{address}/"), Timeout = Deadline.Default });
        await Eventually.TrueAsync(server.IsReadyAsync, "Prometheus is ready", Deadline.ProcessStart, () => process.OutputText);
        return server;
    }

    /// <summary>The series an expression has now; throws with Prometheus' words when it does not parse.</summary>
    public async Task<IReadOnlyList<JsonNode>> QueryAsync(string expression)
    {
        using var answer = await _http.PostAsync(
            new Uri("api/v1/query", UriKind.Relative), new FormUrlEncodedContent([new KeyValuePair<string, string>("query", expression)]));
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return json["status"]!.GetValue<string>() == "success"
            ? [.. json["data"]!["result"]!.AsArray().Select(static series => series!)]
            : throw new FormatException($"{expression}\n{json["error"]}");
    }

    /// <summary>The firing alerts of a name.</summary>
    public async Task<IReadOnlyList<JsonNode>> FiringAsync(string alert)
    {
        var json = JsonNode.Parse(await _http.GetStringAsync(new Uri("api/v1/alerts", UriKind.Relative)))!;
        return [.. json["data"]!["alerts"]!.AsArray()
            .Where(one => one!["state"]!.GetValue<string>() == "firing" && one["labels"]!["alertname"]!.GetValue<string>() == alert).Select(static one => one!)];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.StopAsync();
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.Exited.IsCompleted) throw new InvalidOperationException($"Prometheus ended:\n{_process.OutputText}");
        try
        {
            using var answer = await _http.GetAsync(new Uri("-/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex("for: [0-9]+[smh]")]
    private static partial Regex WaitingTime();
}
