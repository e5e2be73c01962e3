using Sockudo.Server.Adapters;
using Sockudo.Server.Http;

namespace Sockudo.Server.Hosting;

/// <summary>Whether the server may be sent traffic. Thread-safe.</summary>
internal sealed class ServerReadiness(IAdapter adapter) : IReadiness
{
    private volatile ReadinessState _phase = ReadinessState.Starting;

    public Readiness Current => _phase switch
    {
        ReadinessState.Starting => new Readiness(ReadinessState.Starting, "the server is not started yet"),
        ReadinessState.Draining => new Readiness(ReadinessState.Draining, "the server is shutting down"),
        _ when adapter.Health is { State: HealthState.Error } health => new Readiness(ReadinessState.Unhealthy, health.Reason),
        _ => new Readiness(ReadinessState.Ready),
    };

    /// <summary>Every listener is bound.</summary>
    public void Started() => _phase = ReadinessState.Ready;

    /// <summary>The server is stopping.</summary>
    public void Draining() => _phase = ReadinessState.Draining;
}
