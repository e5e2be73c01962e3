using System.Text;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Fuzzing;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

public sealed class FrameReaderFuzzTests(ITestOutputHelper output)
{
    private const int MaxMessage = 3000;
    private const int MaxFrame = 2000;
    private const int CutsOfCorpus = 50;

    [Fact]
    public void However_the_bytes_are_cut_the_reader_finds_what_the_reference_finds()
    {
        var random = Seed.Next(output.WriteLine);
        var corpus = Corpus.Of("frames");
        var cases = FuzzRun.Inputs;
        var found = new Dictionary<FrameEvent, int>();
        for (var i = 0; i < cases + (corpus.Count * CutsOfCorpus); i++)
        {
            var bytes = i < cases ? Stream(random) : corpus[(i - cases) / CutsOfCorpus];
            var expected = ReferenceFrameParser.Parse(bytes, MaxMessage, MaxFrame);
            var actual = Read(bytes, random);
            Assert.True(Same(expected, actual), $"case {i}: expected {Print(expected)}, found {Print(actual)} in {Convert.ToHexString(bytes)}");
            foreach (var (kind, _, _) in actual) found[kind] = found.GetValueOrDefault(kind) + 1;
        }

        output.WriteLine($"{cases} cases and {corpus.Count} of the corpus: {string.Join(", ", found.Select(static pair => $"{pair.Value} {pair.Key}"))}");
    }

    private static List<(FrameEvent Event, byte[] Payload, int Code)> Read(byte[] bytes, Random random)
    {
        var events = new List<(FrameEvent, byte[], int)>();
        using var reader = new FrameReader(MaxMessage, MaxFrame);
        for (var at = 0; at < bytes.Length || at == 0;)
        {
            var length = random.Next(3) == 0 ? Math.Min(1, bytes.Length - at) : random.Next(bytes.Length - at + 1);
            var buffer = Segments.Cut(bytes[at..(at + length)], random, random.Next(4));
            at += length;
            while (true)
            {
                var found = reader.Read(ref buffer, out var payload);
                if (found == FrameEvent.NeedMore)
                {
                    Assert.True(buffer.IsEmpty);
                    break;
                }

                events.Add((found, found == FrameEvent.Error ? [] : payload.ToArray(), found == FrameEvent.Error ? reader.ErrorCode : 0));
                if (found == FrameEvent.Error) return events;
            }

            if (bytes.Length == 0) break;
        }

        return events;
    }

    // Mostly right, so that the reader gets somewhere; each rule is broken now and then.
    private static byte[] Stream(Random random)
    {
        var bytes = new List<byte>();
        var inMessage = false;
        for (var frames = random.Next(1, 7); frames > 0; frames--)
        {
            var isOdd = random.Next(12) == 0;
            var isControl = random.Next(3) == 0;
            var opcode = isOdd ? (Opcode)random.Next(16)
                : isControl ? (Opcode)random.Next(8, 11)
                : inMessage ? Opcode.Continuation : (Opcode)random.Next(1, 3);
            var final = isControl ? !isOdd : random.Next(2) == 0;
            if (!isControl && !isOdd) inMessage = !final;
            bytes.AddRange(Wire.Client(
                opcode,
                Payload(random, opcode),
                final,
                random.Next(4) == 0 ? 0 : (uint)random.Next(),
                reserved: random.Next(60) == 0 ? random.Next(8) : 0,
                masked: random.Next(60) != 0));
        }

        if (random.Next(20) == 0) bytes[random.Next(bytes.Count)] = (byte)random.Next(256);
        return random.Next(5) == 0 ? [.. bytes.Take(random.Next(bytes.Count))] : [.. bytes];
    }

    private static byte[] Payload(Random random, Opcode opcode)
    {
        if (opcode == Opcode.Close)
        {
            var code = random.Next(3) == 0 ? random.Next(65536) : random.Next(1000, 1015);
            return random.Next(4) == 0 ? new byte[random.Next(2)] : [(byte)(code >> 8), (byte)code, .. Text(random, random.Next(20))];
        }

        var length = random.Next(32) switch { < 4 => 0, < 8 => random.Next(120, 130), 8 => random.Next(1000, 2500), _ => random.Next(40) };
        return (int)opcode >= 8 ? Text(random, Math.Min(length, 130)) : Text(random, length);
    }

    private static byte[] Text(Random random, int length)
    {
        if (random.Next(15) == 0)
        {
            var noise = new byte[length];
            random.NextBytes(noise);
            return noise;
        }

        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(new Rune(random.Next(5) switch
            {
                0 => random.Next(0x80, 0x800),
                1 => random.Next(0x800, 0xD800),
                2 => random.Next(0x10000, 0x110000),
                _ => random.Next(0x20, 0x7F),
            }).ToString());
        }

        // Cut anywhere: a message may go on with the rest of a character, or not.
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        return bytes[..Math.Min(length, bytes.Length)];
    }

    private static bool Same(List<(FrameEvent Event, byte[] Payload, int Code)> a, List<(FrameEvent Event, byte[] Payload, int Code)> b) =>
        a.Count == b.Count && a.Zip(b).All(static pair =>
            pair.First.Event == pair.Second.Event && pair.First.Code == pair.Second.Code && pair.First.Payload.AsSpan().SequenceEqual(pair.Second.Payload));

    private static string Print(List<(FrameEvent Event, byte[] Payload, int Code)> events) =>
        string.Join(' ', events.Select(static e => $"{e.Event}({e.Payload.Length}{(e.Code == 0 ? "" : $", {e.Code}")})"));
}
