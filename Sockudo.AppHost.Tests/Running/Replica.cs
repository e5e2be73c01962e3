using System.Globalization;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.AppHost.Tests.Running;

/// <summary>One process of the server, as Aspire started it.</summary>
/// <param name="Id">Its id among the resources, which commands take.</param>
/// <param name="HttpUri">Its own address behind the public port.</param>
/// <param name="MetricsUri">Its own metrics listener.</param>
/// <param name="Instance">Its <c>service.instance.id</c>.</param>
internal sealed record Replica(string Id, Uri HttpUri, Uri MetricsUri, string Instance)
{
    /// <summary>Reads what Aspire says of it.</summary>
    public static Replica Of(string id, CustomResourceSnapshot snapshot)
    {
        var variables = snapshot.EnvironmentVariables.Where(static one => one.Value is not null).ToDictionary(static one => one.Name, static one => one.Value!);
        var instance = variables["OTEL_RESOURCE_ATTRIBUTES"].Split(',').Single(static pair => pair.StartsWith("service.instance.id=", StringComparison.Ordinal));
        return new Replica(
            id,
            new Uri(variables["ASPNETCORE_URLS"].Split(';')[0].Replace("localhost", "127.0.0.1", StringComparison.Ordinal)),
            new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{variables["METRICS_PORT"]}/")),
            instance[(instance.IndexOf('=', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>A number of <c>/stats</c>, which this process counts for itself.</summary>
    public async Task<int> ConnectionsAsync()
    {
        using var http = new HttpClient { BaseAddress = MetricsUri, Timeout = Deadline.Default };
        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        return metrics.Split('\n')
            .Where(static line => line.StartsWith("sockudo_connected{", StringComparison.Ordinal))
            .Sum(static line => int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
