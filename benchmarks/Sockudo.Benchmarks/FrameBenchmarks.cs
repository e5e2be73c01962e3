using System.Buffers;
using BenchmarkDotNet.Attributes;
using Sockudo.Server.Transport;

namespace Sockudo.Benchmarks;

/// <summary>Frames of RFC 6455 in and out. Reading includes one copy of the frame, because reading unmasks it where it lies.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks : IDisposable
{
    private readonly FrameReader _reader = new(1024 * 1024, 1024 * 1024);
    private byte[] _payload = [];
    private byte[] _masked = [];
    private byte[] _buffer = [];

    [Params(100, 1024, 65536)]
    public int Size { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _payload = new byte[Size];
        _payload.AsSpan().Fill((byte)'x');
        _masked = MaskedText(_payload);
        _buffer = new byte[_masked.Length];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _reader.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public int Read()
    {
        _masked.CopyTo(_buffer, 0);
        var input = new ReadOnlySequence<byte>(_buffer);
        _reader.Read(ref input, out var payload);
        return payload.Length;
    }

    [Benchmark]
    public int ReadInTwoPieces()
    {
        _masked.CopyTo(_buffer, 0);
        var first = new ReadOnlySequence<byte>(_buffer, 0, _buffer.Length / 2);
        _reader.Read(ref first, out _);
        var second = new ReadOnlySequence<byte>(_buffer, _buffer.Length / 2, _buffer.Length - (_buffer.Length / 2));
        _reader.Read(ref second, out var payload);
        return payload.Length;
    }

    [Benchmark]
    public byte[] Write() => ServerFrame.Create(Opcode.Text, _payload);

    /// <summary>A client's text frame.</summary>
    internal static byte[] MaskedText(ReadOnlySpan<byte> payload)
    {
        byte[] mask = [0x5a, 0x13, 0xc7, 0x2e];
        var server = ServerFrame.Create(Opcode.Text, payload);
        var header = server.Length - payload.Length;
        var frame = new byte[server.Length + mask.Length];
        server.AsSpan(0, header).CopyTo(frame);
        frame[1] |= 0x80;
        mask.CopyTo(frame, header);
        for (var i = 0; i < payload.Length; i++) frame[header + 4 + i] = (byte)(payload[i] ^ mask[i & 3]);
        return frame;
    }
}
