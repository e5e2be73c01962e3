using System.Text;

namespace Sockudo.Tests.Unit.Messaging;

/// <summary>One message of each kind that is refused.</summary>
internal static class RefusedMessages
{
    public static IReadOnlyList<(string Kind, byte[] Bytes)> All { get; } =
    [
        ("cut off", "{\"event\":"u8.ToArray()),
        ("no JSON", "hello"u8.ToArray()),
        ("lone surrogate", Encoding.ASCII.GetBytes("{\"event\":\"\\ud800\"}")),
        ("wrong UTF-8", [.. "{\"event\":\""u8, 0xFF, .. "\"}"u8]),
        ("depth", Encoding.ASCII.GetBytes("{\"event\":\"client-x\",\"data\":" + new string('[', 100))),
        ("wrong type", "{\"event\":7}"u8.ToArray()),
        ("reserved name", "{\"event\":\"pusher:nothing\"}"u8.ToArray()),
        ("no channel", "{\"event\":\"pusher:unsubscribe\",\"data\":{}}"u8.ToArray()),
        ("channel of a wrong type", "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":7}}"u8.ToArray()),
        ("data cut off in a string", "{\"event\":\"pusher:subscribe\",\"data\":\"{\\\"channel\\\":\"}"u8.ToArray()),
        ("bad channel name", "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a b\"}}"u8.ToArray()),
        ("channel not subscribed", "{\"event\":\"client-x\",\"channel\":\"private-a\",\"data\":1}"u8.ToArray()),
        ("wrong signature", "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"private-a\",\"auth\":\"shop-key:00\"}}"u8.ToArray()),
        ("sign-in without strings", "{\"event\":\"pusher:signin\",\"data\":{}}"u8.ToArray()),
    ];
}
