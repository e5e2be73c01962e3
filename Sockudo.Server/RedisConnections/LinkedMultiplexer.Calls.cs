using System.Net;
using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>The calls that go to the connection that is open.</summary>
internal sealed partial class LinkedMultiplexer
{
    public string ClientName => Current.ClientName;

    public string Configuration => Current.Configuration;

    public int TimeoutMilliseconds => Current.TimeoutMilliseconds;

    public long OperationCount => Open?.OperationCount ?? 0;

    public bool IsConnected => Open is { IsConnected: true };

    public bool IsConnecting => Open is null;

    public int StormLogThreshold
    {
        get => Current.StormLogThreshold;
        set => Current.StormLogThreshold = value;
    }

    // The library itself takes no notice of these two any more.
    bool IConnectionMultiplexer.PreserveAsyncOrder { get; set; }

    bool IConnectionMultiplexer.IncludeDetailInExceptions { get; set; }

    public ServerCounters GetCounters() => Current.GetCounters();

    public EndPoint[] GetEndPoints(bool configuredOnly = false) => Current.GetEndPoints(configuredOnly);

    public void Wait(Task task) => throw Blocking();

    public T Wait<T>(Task<T> task) => throw Blocking();

    public void WaitAll(params Task[] tasks) => throw Blocking();

    public int HashSlot(RedisKey key) => Current.HashSlot(key);

    public int GetHashSlot(RedisKey key) => Current.GetHashSlot(key);

    public ISubscriber GetSubscriber(object? asyncState = null) => Current.GetSubscriber(asyncState);

    public IDatabase GetDatabase(int db = -1, object? asyncState = null) => Current.GetDatabase(db, asyncState);

    public IServer GetServer(string host, int port, object? asyncState = null) => Current.GetServer(host, port, asyncState);

    public IServer GetServer(string hostAndPort, object? asyncState = null) => Current.GetServer(hostAndPort, asyncState);

    public IServer GetServer(IPAddress host, int port) => Current.GetServer(host, port);

    public IServer GetServer(EndPoint endpoint, object? asyncState = null) => Current.GetServer(endpoint, asyncState);

    public IServer GetServer(RedisKey key, object? asyncState = null, CommandFlags flags = CommandFlags.None) => Current.GetServer(key, asyncState, flags);

    public IServer[] GetServers() => Current.GetServers();

    public Task<bool> ConfigureAsync(TextWriter? log = null) => Current.ConfigureAsync(log);

    public bool Configure(TextWriter? log = null) => Current.Configure(log);

    public string GetStatus() => Current.GetStatus();

    public void GetStatus(TextWriter log) => Current.GetStatus(log);

    public string? GetStormLog() => Current.GetStormLog();

    public void ResetStormLog() => Current.ResetStormLog();

    public long PublishReconfigure(CommandFlags flags = CommandFlags.None) => Current.PublishReconfigure(flags);

    public Task<long> PublishReconfigureAsync(CommandFlags flags = CommandFlags.None) => Current.PublishReconfigureAsync(flags);

    public void ExportConfiguration(Stream destination, ExportOptions options = ExportOptions.All) => Current.ExportConfiguration(destination, options);

    public void AddLibraryNameSuffix(string suffix) => Current.AddLibraryNameSuffix(suffix);

    public override string ToString() => Open?.ToString() ?? $"no connection to {_link.Target}";

    private static NotSupportedException Blocking() => new("The task is to be awaited: waiting for it blocks a thread.");
}
