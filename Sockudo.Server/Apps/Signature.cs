using System.Security.Cryptography;
using System.Text;

namespace Sockudo.Server.Apps;

/// <summary>
/// An HMAC-SHA256 of an app's secret, printed as lower-case hex. It can be compared in one way only, in constant time, and it
/// is never printed for anybody but its own sender.
/// </summary>
internal readonly struct Signature
{
    private const int HexLength = 64;

    private readonly string _hex;

    private Signature(string hex) => _hex = hex;

    /// <summary>Signs a text.</summary>
    public static Signature Of(App app, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Of(app, bytes);
    }

    /// <summary>Signs bytes.</summary>
    public static Signature Of(App app, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(app.Secret), bytes, hash);
        return new Signature(Convert.ToHexStringLower(hash));
    }

    /// <summary>Whether what a peer sent is this signature; the time it takes tells nothing about how much of it was right.</summary>
    public bool Matches(ReadOnlySpan<char> candidate)
    {
        if (candidate.Length != HexLength) return false;
        Span<byte> given = stackalloc byte[HexLength];
        Span<byte> expected = stackalloc byte[HexLength];
        if (Encoding.ASCII.GetBytes(candidate, given) != HexLength) return false;
        Encoding.ASCII.GetBytes(_hex, expected);
        return CryptographicOperations.FixedTimeEquals(given, expected);
    }

    /// <summary>The hex form, for a signature that this server sends itself (webhooks).</summary>
    public string ToHex() => _hex;

    public override string ToString() => "(signature)";
}
