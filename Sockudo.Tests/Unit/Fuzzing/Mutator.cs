namespace Sockudo.Tests.Unit.Fuzzing;

/// <summary>Makes inputs out of good ones: bytes and pieces are changed, moved, doubled and lost, and what parsers dislike is put in.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> seeds)
{
    private const int MaxLength = 4096;

    private static readonly byte[][] Tokens =
    [
        "\""u8.ToArray(), "\\"u8.ToArray(), "{"u8.ToArray(), "}"u8.ToArray(), "["u8.ToArray(), "]"u8.ToArray(), ":"u8.ToArray(), ","u8.ToArray(),
        "null"u8.ToArray(), "true"u8.ToArray(), "-0"u8.ToArray(), "1e999"u8.ToArray(), "99999999999999999999"u8.ToArray(), "0.1"u8.ToArray(),
        "\\u0000"u8.ToArray(), "\\ud800"u8.ToArray(), "\\udc00"u8.ToArray(), "\\u00e9"u8.ToArray(), "//"u8.ToArray(), "/*"u8.ToArray(), " "u8.ToArray(), "\n"u8.ToArray(),
        "pusher:"u8.ToArray(), "client-"u8.ToArray(), "private-"u8.ToArray(), "presence-"u8.ToArray(), "private-encrypted-"u8.ToArray(), "cache-"u8.ToArray(),
        "#server-to-user-"u8.ToArray(), "\"\""u8.ToArray(), "{}"u8.ToArray(), "[]"u8.ToArray(), "%"u8.ToArray(), "%00"u8.ToArray(), "%ff"u8.ToArray(), "&"u8.ToArray(), "="u8.ToArray(), "+"u8.ToArray(), "é"u8.ToArray(),
        [0x00], [0x80], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xF0, 0x9F, 0x8E, 0x89], [0x7F], [0xFE],
    ];

    /// <summary>The next input: mostly a good one with one to four changes.</summary>
    public byte[] Next() => Change(Pick(), random.Next(12) == 0 ? random.Next(5, 40) : random.Next(1, 5));

    /// <summary>A good input as it is.</summary>
    public byte[] Pick() => seeds[random.Next(seeds.Count)];

    /// <summary>So many changes.</summary>
    public byte[] Change(byte[] input, int changes)
    {
        var bytes = new List<byte>(input);
        for (; changes > 0; changes--) ChangeOnce(bytes);
        if (bytes.Count > MaxLength) bytes.RemoveRange(MaxLength, bytes.Count - MaxLength);
        return [.. bytes];
    }

    private void ChangeOnce(List<byte> bytes)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, random.Next(4) == 0 ? 64 : 6), bytes.Count - at);
        switch (random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 5 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6 when random.Next(8) == 0:
                bytes.InsertRange(at, Enumerable.Repeat(Tokens[random.Next(Tokens.Length)], random.Next(2, 200)).SelectMany(static token => token));
                break;
            case 7:
                var other = Pick();
                var from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(40), other.Length - from)).ToArray());
                break;
            default:
                bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
        }
    }
}
