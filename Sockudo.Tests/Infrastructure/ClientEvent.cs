using System.Text.Json.Nodes;

namespace Sockudo.Tests.Infrastructure;

/// <summary>An event a real client has reported.</summary>
/// <param name="Client">The name the test gave the client.</param>
/// <param name="Source">Where the client saw it: a channel's name, or <c>connection</c>, <c>user</c>, <c>client</c> ...</param>
public sealed record ClientEvent(string Client, string Source, string Name, JsonNode? Data, JsonNode? Metadata)
{
    public override string ToString() =>
        $"{Client} | {Source} | {Name} | {Data?.ToJsonString() ?? "-"}{(Metadata is null ? "" : $" | {Metadata.ToJsonString()}")}";
}
