using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Sockudo.Server.Transport;

/// <summary>
/// Why an opening handshake is refused over HTTP: status, a code that programs may rely on, and a sentence for people. The body is
/// that of the API's refusals: <c>{"error","code","doc"}</c>, with <c>message</c> where the error is a limit's title.
/// </summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Phrase">The status line's reason phrase.</param>
/// <param name="Code">Never changes once it is published.</param>
/// <param name="Error">The sentence, or a limit's title.</param>
/// <param name="Message">The sentence of a limit.</param>
internal sealed record HandshakeRefusal(int Status, string Phrase, string Code, string Error, string? Message = null)
{
    /// <summary>Where it is explained, relative to the project's root.</summary>
    public const string Doc = "docs/protocol.md#handshake";

    /// <summary>What the answer's head holds for this refusal alone: lines that each end with CR LF.</summary>
    public string Headers { get; init; } = "";

    /// <summary>The body, JSON.</summary>
    public byte[] Body()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("error"u8, Error);
            if (Message is not null) json.WriteString("message"u8, Message);
            json.WriteString("code"u8, Code);
            json.WriteString("doc"u8, Doc);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The whole answer; it ends the connection.</summary>
    public byte[] Response()
    {
        var body = Body();
        var head = $"HTTP/1.1 {Status} {Phrase}\r\n{Headers}Content-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
