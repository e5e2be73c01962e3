using System.Globalization;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Integration.Soak;

/// <summary>What a server holds, asked of the process and not of its own counting where the process knows.</summary>
/// <param name="Sockets">The sum of the gauge <c>sockudo_connected</c>.</param>
/// <param name="Channels">The sum of the gauge <c>sockudo_active_channels</c>.</param>
/// <param name="PresenceChannels">Presence channels that have members, by the API.</param>
/// <param name="Descriptors">Entries of <c>/proc/PID/fd</c> but for the runtime's assemblies, of which a rare path loads another and keeps it.</param>
/// <param name="Timers">Active timers of the runtime.</param>
internal sealed record ServerFootprint(double Sockets, double Channels, int PresenceChannels, int Descriptors, long Timers)
{
    /// <summary>Asks.</summary>
    public static async Task<ServerFootprint> ReadAsync(SockudoServer server, TestApp app)
    {
        var metrics = await ScrapeAsync(server);
        var presence = (await server.Api(app).GetAsync("/channels", ("filter_by_prefix", "presence-"))).Json["channels"]!.AsObject().Count;
        var (_, timers) = await CollectAsync(server);
        return new(Sum(metrics, "sockudo_connected"), Sum(metrics, "sockudo_active_channels"), presence, OpenFiles(server), timers);
    }

    /// <summary>The metrics as text.</summary>
    public static Task<string> ScrapeAsync(SockudoServer server) => server.Http.GetStringAsync(server.MetricsUri);

    /// <summary>Bytes of the managed heap after a forced collection, and active timers.</summary>
    public static async Task<(long HeapBytes, long Timers)> CollectAsync(SockudoServer server)
    {
        using var answer = await server.Http.PostAsync(new Uri("debug/gc", UriKind.Relative), null);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return (json["heap_bytes"]!.GetValue<long>(), json["active_timers"]!.GetValue<long>());
    }

    private static int OpenFiles(SockudoServer server) => Directory.GetFileSystemEntries($"/proc/{server.ProcessId}/fd")
        .Count(static entry => new FileInfo(entry).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);

    /// <summary>The sum of a metric's series.</summary>
    public static double Sum(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name + ' ', StringComparison.Ordinal) || line.StartsWith(name + '{', StringComparison.Ordinal))
        .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
