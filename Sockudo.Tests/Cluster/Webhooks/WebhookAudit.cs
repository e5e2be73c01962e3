using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Webhooks;

/// <summary>What a receiver that drops what it has seen before knows: of each event id the first acceptance counts.</summary>
internal sealed class WebhookAudit
{
    private readonly List<JsonObject> _events = [];

    public WebhookAudit(WebhookReceiver receiver, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (request, item) in receiver.Accepted.All.Where(accepted => accepted.Request.Path == path))
        {
            if (seen.Add(item["event_id"]!.GetValue<string>())) _events.Add(item);
            else Repeated++;
        }
    }

    /// <summary>Events that came again with an id that was known.</summary>
    public int Repeated { get; }

    /// <summary>Different events.</summary>
    public int Count => _events.Count;

    /// <summary>The numbers a channel's client events carry, in the order they were told.</summary>
    public int[] NumbersOf(string channel) =>
    [
        .. _events.Where(item => item["name"]!.GetValue<string>() == "client_event" && item["channel"]!.GetValue<string>() == channel)
            .Select(item => int.Parse(item["data"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture)),
    ];

    /// <summary>What was told of a thing: true for every on, false for every off.</summary>
    public bool[] Told(string on, string off, string channel, string? userId = null) =>
    [
        .. _events.Where(item => item["channel"]?.GetValue<string>() == channel && (userId is null || item["user_id"]?.GetValue<string>() == userId))
            .Select(item => item["name"]!.GetValue<string>()).Where(name => name == on || name == off).Select(name => name == on),
    ];

    /// <summary>Asserts that on and off alternate, from on, and end with what is so; what one owner told again after another counts as one.</summary>
    public static void AlternatesTo(bool truth, bool[] told, string what, out int repeated)
    {
        var once = told.Where((isOn, i) => i == 0 || isOn != told[i - 1]).ToArray();
        repeated = told.Length - once.Length;
        Assert.True(once.Length > 0 && once[0] && once[^1] == truth, $"{what}: told {string.Join(' ', told.Select(isOn => isOn ? "on" : "off"))}, which is not {(truth ? "on" : "off")} in the end");
    }
}
