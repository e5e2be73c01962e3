using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sockudo.LoadTest.Clients;

/// <summary>The signatures of a Pusher backend.</summary>
internal sealed class PusherSigner(string secret)
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(secret);

    /// <summary>HMAC-SHA256 in lower-case hex.</summary>
    public string Sign(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(text)));

    /// <summary>The <c>body_md5</c> of a request.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The Pusher HTTP API names MD5.")]
    public static string Digest(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(MD5.HashData(body));
}
