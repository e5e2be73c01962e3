using Xunit;

namespace Sockudo.Tests.Infrastructure;

/// <summary>A test against the shared server; when it fails, what the server logged meanwhile is printed.</summary>
public abstract class ServerTest(SharedServer shared, ITestOutputHelper output) : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];
    private int _logLength;

    protected SockudoServer Server { get; private set; } = null!;

    protected ITestOutputHelper Output { get; } = output;

    /// <summary>A channel (or user) name no other test uses: <c>Unique("presence-room")</c>.</summary>
    protected static string Unique(string prefix) => $"{prefix}-{Guid.NewGuid():N}";

    public virtual async ValueTask InitializeAsync()
    {
        Server = await shared.StartedAsync();
        _logLength = Server.Log.Length;
    }

    /// <summary>An established connection that is closed with the test.</summary>
    protected async Task<PusherConnection> ConnectAsync(TestApp? app = null) => Own(await Server.ConnectAsync(app ?? TestApps.Demo));

    /// <summary>Disposed at the end of the test, last first.</summary>
    protected T Own<T>(T item)
        where T : IAsyncDisposable
    {
        _owned.Add(item);
        return item;
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var item in Enumerable.Reverse(_owned))
            await item.DisposeAsync();
        if (Server is not null && TestContext.Current.TestState?.Result == TestResult.Failed)
            Output.WriteLine($"The server's log:\n{Server.Log[Math.Min(_logLength, Server.Log.Length)..]}");
        GC.SuppressFinalize(this);
    }
}
