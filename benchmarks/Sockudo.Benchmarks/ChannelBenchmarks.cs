using BenchmarkDotNet.Attributes;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Benchmarks;

/// <summary>A channel of so many subscribers: a publish into every queue, and one more subscriber that comes and goes.</summary>
[MemoryDiagnoser]
public class ChannelBenchmarks : IDisposable
{
    private readonly InMemoryServer _server = new();
    private readonly ChannelName _channel = InMemoryServer.Channel("public-news");
    private readonly ChannelName _presence = InMemoryServer.Channel("presence-room");
    private readonly PresenceMember _member = new("ada", PresenceMember.NoInfo);
    private Connection _guest = null!;
    private byte[] _frame = [];

    [Params(1, 300, 9500)]
    public int Subscribers { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        for (var i = 0; i < Subscribers; i++)
        {
            var connection = _server.Connect();
            _server.Adapter.Subscribe(connection, _channel, null);
            if (i < 300) _server.Adapter.Subscribe(connection, _presence, new PresenceMember($"user-{i}", PresenceMember.NoInfo));
        }

        _guest = _server.Connect();
        _frame = PusherWriter.ChannelEvent("news", _channel.Value, PusherWriter.StringToken(new byte[100]), []);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _server.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public int FanOut() => _server.Adapter.Publish(_server.App, _channel, _frame, null, remember: false);

    [Benchmark]
    public bool SubscribeAndUnsubscribe()
    {
        _server.Adapter.Subscribe(_guest, _channel, null);
        return _server.Adapter.Unsubscribe(_guest, _channel);
    }

    /// <summary>Both transitions told to every member; the room holds 300 at most.</summary>
    [Benchmark]
    public bool PresenceJoinAndLeave()
    {
        _server.Adapter.Subscribe(_guest, _presence, _member);
        return _server.Adapter.Unsubscribe(_guest, _presence);
    }
}
