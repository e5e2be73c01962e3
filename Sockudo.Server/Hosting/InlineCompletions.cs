namespace Sockudo.Server.Hosting;

/// <summary>
/// Whether the runtime goes on with what waited for a socket on the thread that found the socket ready, one of as many as there are
/// processors, instead of waking a thread of the pool for it (docs/decisions/0012). The runtime reads its variable when the process
/// opens its first socket; it knows it on Unix alone.
/// </summary>
internal static class InlineCompletions
{
    /// <summary>The runtime's own switch: <c>1</c> is on. What the operator set stays.</summary>
    public const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static bool AreOn => !OperatingSystem.IsWindows() && Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Turns them on for this process. To be called before its first socket.</summary>
    public static void Enable()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))) Environment.SetEnvironmentVariable(Variable, "1");
    }
}
