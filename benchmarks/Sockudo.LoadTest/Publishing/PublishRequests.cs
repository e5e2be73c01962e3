using System.Buffers;
using System.Globalization;
using System.Text;
using Sockudo.LoadTest.Clients;

namespace Sockudo.LoadTest.Publishing;

/// <summary>Signed requests of the HTTP API, and the text of client events.</summary>
internal sealed class PublishRequests(LoadOptions options, PusherSigner signer)
{
    private readonly byte[] _padding = Encoding.ASCII.GetBytes(new string('x', options.Size - PayloadStamp.Length));

    /// <summary>One event, or a batch of the same, to a channel.</summary>
    public byte[] Events(string channel, long stamp)
    {
        var body = options.Batch > 1 ? Batch(channel, stamp) : Single(channel, stamp);
        var query = $"auth_key={options.Key}&auth_timestamp={DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}" +
            $"&auth_version=1.0&body_md5={PusherSigner.Digest(body)}";
        var signature = signer.Sign($"POST\n{options.PublishPath}\n{query}");
        var head = $"POST {options.PublishPath}?{query}&auth_signature={signature} HTTP/1.1\r\nHost: {options.Host}\r\n" +
            $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        var request = new byte[head.Length + body.Length];
        Encoding.ASCII.GetBytes(head, request);
        body.CopyTo(request.AsSpan(head.Length));
        return request;
    }

    /// <summary>A client event.</summary>
    public byte[] ClientEvent(string channel, long stamp) => Join($"{{\"event\":\"client-ev\",\"channel\":\"{channel}\",\"data\":\"", stamp, "\"}");

    private byte[] Single(string channel, long stamp) => Join($"{{\"name\":\"ev\",\"channels\":[\"{channel}\"],\"data\":\"", stamp, "\"}");

    private byte[] Batch(string channel, long stamp)
    {
        var one = Join($"{{\"name\":\"ev\",\"channel\":\"{channel}\",\"data\":\"", stamp, "\"}");
        var body = new ArrayBufferWriter<byte>((one.Length + 1) * options.Batch + 16);
        body.Write("{\"batch\":["u8);
        for (var i = 0; i < options.Batch; i++)
        {
            if (i > 0) body.Write(","u8);
            body.Write(one);
        }

        body.Write("]}"u8);
        return body.WrittenSpan.ToArray();
    }

    private byte[] Join(string before, long stamp, string after)
    {
        var bytes = new byte[before.Length + options.Size + after.Length];
        var at = Encoding.ASCII.GetBytes(before, bytes);
        PayloadStamp.Write(bytes.AsSpan(at), stamp);
        _padding.CopyTo(bytes.AsSpan(at + PayloadStamp.Length));
        Encoding.ASCII.GetBytes(after, bytes.AsSpan(at + options.Size));
        return bytes;
    }
}
