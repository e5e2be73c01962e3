using Sockudo.Server.Adapters;

namespace Sockudo.Server.Hosting;

/// <summary>Whether the server may be sent traffic. Thread-safe.</summary>
internal sealed class ServerReadiness(IAdapter adapter)
{
    private volatile Phase _phase;

    private enum Phase
    {
        Starting,
        Started,
        Draining,
    }

    /// <summary>Whether the server is started, not stopping, and its adapter does its part.</summary>
    public bool IsReady => _phase == Phase.Started && adapter.Health.State != HealthState.Error;

    /// <summary>Every listener is bound.</summary>
    public void Started() => _phase = Phase.Started;

    /// <summary>The server is stopping.</summary>
    public void Draining() => _phase = Phase.Draining;

    /// <summary>In a word, with the reason when it is not ready.</summary>
    public (string State, string Reason) Describe() => _phase switch
    {
        Phase.Starting => ("starting", "the server is not started yet"),
        Phase.Draining => ("draining", "the server is shutting down"),
        _ when adapter.Health is { State: HealthState.Error } health => ("unhealthy", health.Reason),
        _ => ("ready", ""),
    };
}
