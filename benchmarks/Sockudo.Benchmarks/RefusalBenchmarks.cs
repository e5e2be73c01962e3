using System.Text;
using BenchmarkDotNet.Attributes;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Messaging;

namespace Sockudo.Benchmarks;

/// <summary>
/// A refused message beside a ping, each through the whole dispatch and into the queue of its socket: what a stranger sends broken may cost
/// twice a ping at most, the HMAC of a wrong signature not counted.
/// </summary>
[MemoryDiagnoser]
public class RefusalBenchmarks : IDisposable
{
    private const string Signature = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly InMemoryServer _server = new();
    private readonly byte[] _ping = Bytes("""{"event":"pusher:ping","data":{}}""");
    private readonly byte[] _cutOff = Bytes("""{"event":""");
    private readonly byte[] _loneSurrogate = Bytes("""{"event":"client-a\ud800","data":{}}""");
    private readonly byte[] _wrongUtf8 = [.. Bytes("{\"event\":\"client-"), 0xff, 0xfe, .. Bytes("\",\"data\":{}}")];
    private readonly byte[] _tooDeep = Bytes($$"""{"event":"client-a","data":{{new string('[', 64)}}{{new string(']', 64)}}}""");
    private readonly byte[] _wrongType = Bytes("""{"event":1,"data":{}}""");
    private readonly byte[] _textBehind = Bytes("""{"event":"pusher:ping","data":{}}}""");
    private readonly byte[] _notAnObject = Bytes("""["pusher:ping"]""");
    private readonly byte[] _reserved = Bytes("""{"event":"pusher:error","data":{}}""");
    private readonly byte[] _unknownChannel = Bytes("""{"event":"client-a","channel":"private-orders","data":{}}""");
    private readonly byte[] _noChannel = Bytes("""{"event":"pusher:subscribe","data":{}}""");
    private readonly byte[] _invalidName = Bytes("""{"event":"pusher:subscribe","data":{"channel":"new orders"}}""");
    private readonly byte[] _noSignature = Bytes("""{"event":"pusher:subscribe","data":{"channel":"private-orders"}}""");
    private readonly byte[] _signin = Bytes("""{"event":"pusher:signin","data":{"auth":"a","user_data":"{}"}}""");
    private readonly byte[] _wrongSignature =
        Bytes("""{"event":"pusher:subscribe","data":{"channel":"private-orders","auth":"app-key:""" + Signature + "\"}}");

    private string _signedText = "";
    private MessageDispatcher _dispatcher = null!;
    private Connection _sender = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _dispatcher = _server.Dispatcher(new LeapingClock());
        _sender = _server.Connect();
        _signedText = ChannelAuthorizer.SubscriptionText(_sender.Id, "private-orders", null);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _server.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public void Ping() => Dispatch(_ping);

    [Benchmark]
    public void CutOff() => Dispatch(_cutOff);

    [Benchmark]
    public void LoneSurrogate() => Dispatch(_loneSurrogate);

    [Benchmark]
    public void WrongUtf8() => _dispatcher.Dispatch(_sender, _wrongUtf8, isText: false);

    [Benchmark]
    public void TooDeep() => Dispatch(_tooDeep);

    [Benchmark]
    public void WrongType() => Dispatch(_wrongType);

    [Benchmark]
    public void TextBehind() => Dispatch(_textBehind);

    [Benchmark]
    public void NotAnObject() => Dispatch(_notAnObject);

    [Benchmark]
    public void ReservedEvent() => Dispatch(_reserved);

    [Benchmark]
    public void EventOfUnknownChannel() => Dispatch(_unknownChannel);

    [Benchmark]
    public void SubscribeWithoutChannel() => Dispatch(_noChannel);

    [Benchmark]
    public void SubscribeInvalidName() => Dispatch(_invalidName);

    [Benchmark]
    public void SubscribeWithoutSignature() => Dispatch(_noSignature);

    [Benchmark]
    public void SigninOfAnAppWithout() => Dispatch(_signin);

    [Benchmark]
    public void WrongSignature() => Dispatch(_wrongSignature);

    /// <summary>To be taken off <see cref="WrongSignature"/>.</summary>
    [Benchmark]
    public bool HmacAlone() => Server.Apps.Signature.Of(_server.App, _signedText).Matches(Signature);

    private void Dispatch(byte[] message) => _dispatcher.Dispatch(_sender, message, isText: true);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A second passes with each look, so that the budget of refused messages never ends.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += TimestampFrequency;
    }
}
