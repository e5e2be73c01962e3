namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>One thing a case does or expects.</summary>
internal delegate Task Step(CaseRun run);

/// <summary>
/// What a client sends, step by step, and exactly what must come of it. The server echoes nothing, so a message that arrived is
/// told by the client event it carries: the neighbour on the channel gets its very bytes.
/// </summary>
/// <param name="Id">Group, class and number, as the public conformance catalogue counts them.</param>
/// <param name="Title">What is sent.</param>
/// <param name="Steps">In order. Each case ends open, shown by an answer, or closed, shown by the close frame and the end of TCP.</param>
internal sealed record ConformanceCase(string Id, string Title, params Step[] Steps)
{
    /// <summary>The channel of this case alone.</summary>
    public string Channel => ChannelOf(Id);

    /// <summary>What a test's argument shows.</summary>
    public string Name => $"{Id} {Title}";

    public static string ChannelOf(string id) => $"private-{id}";

    public override string ToString() => Name;
}
