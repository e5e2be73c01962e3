using Xunit;

namespace Sockudo.AppHost.Tests.Running;

/// <summary>The application of one class' tests.</summary>
public abstract class RunningCluster(string adapter) : IAsyncLifetime
{
    private RunningApplication? _application;

    internal RunningApplication Application => _application!;

    /// <summary>The resources that are the broker.</summary>
    internal abstract IReadOnlyList<string> Brokers { get; }

    /// <summary>The one whose death takes the servers' broker away.</summary>
    internal virtual string Victim => Brokers[0];

    public async ValueTask InitializeAsync() => _application = await RunningApplication.StartAsync(adapter);

    public async ValueTask DisposeAsync()
    {
        if (_application is not null) await _application.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class RunningRedis() : RunningCluster("redis")
{
    internal override IReadOnlyList<string> Brokers => ["redis"];
}

public sealed class RunningNats() : RunningCluster("nats")
{
    internal override IReadOnlyList<string> Brokers => ["nats"];
}
