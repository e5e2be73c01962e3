using BenchmarkDotNet.Attributes;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;

namespace Sockudo.Benchmarks;

/// <summary>Pusher messages in and out, and the signature of a private channel.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private const string Text = "1234.5678:private-orders";

    private readonly App _app = new() { Id = "app-id", Key = "app-key", Secret = "7ad3773142a6692b25b8" };
    private readonly byte[] _ping = """{"event":"pusher:ping","data":{}}"""u8.ToArray();
    private readonly byte[] _subscribe = """{"event":"pusher:subscribe","data":{"channel":"private-orders","auth":"app-key:signature"}}"""u8.ToArray();
    private readonly byte[] _clientEvent = """{"event":"client-typing","channel":"private-orders","data":{"user":"ada","text":"hello"}}"""u8.ToArray();
    private readonly byte[] _small = PusherWriter.StringToken(Enumerable.Repeat((byte)'x', 100).ToArray());
    private readonly byte[] _large = PusherWriter.StringToken(Enumerable.Repeat((byte)'x', 65536).ToArray());
    private string _auth = "";

    [GlobalSetup]
    public void SetUp() => _auth = $"{_app.Key}:{Signature.Of(_app, Text).ToHex()}";

    [Benchmark]
    public byte[] EncodePublishOf100Bytes() => PusherWriter.ChannelEvent("order-shipped", "private-orders", _small, []);

    [Benchmark]
    public byte[] EncodePublishOf64Kilobytes() => PusherWriter.ChannelEvent("order-shipped", "private-orders", _large, []);

    [Benchmark]
    public bool ReadPing() => PusherReader.TryRead(_ping, isKnownUtf8: false, out _, out _);

    [Benchmark]
    public bool ReadSubscribe() => PusherReader.TryRead(_subscribe, isKnownUtf8: false, out var message, out _) && PusherReader.TryReadSubscribe(message, out _, out _);

    [Benchmark]
    public int ReadClientEvent() => PusherReader.TryRead(_clientEvent, isKnownUtf8: false, out var message, out _) ? message.Data.Length : 0;

    [Benchmark]
    public bool CheckSignature() => ChannelAuthorizer.IsValid(_app, _auth, Text);
}
