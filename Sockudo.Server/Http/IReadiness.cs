namespace Sockudo.Server.Http;

/// <summary>Whether this process should get traffic. Implemented by what starts and stops it. Thread-safe, answers at once.</summary>
internal interface IReadiness
{
    /// <summary>The state now.</summary>
    Readiness Current { get; }
}

/// <summary>A state with what to tell an operator of it. <paramref name="Reason"/> may name other nodes and is for operators only.</summary>
internal readonly record struct Readiness(ReadinessState State, string Reason = "");

/// <summary>As <c>/ready</c> says it.</summary>
internal enum ReadinessState
{
    /// <summary>Not yet: listeners, adapter or apps are being set up.</summary>
    Starting,

    /// <summary>Takes sockets and requests.</summary>
    Ready,

    /// <summary>Stopping: takes no new sockets.</summary>
    Draining,

    /// <summary>Runs and cannot do its part.</summary>
    Unhealthy,
}
