using System.Buffers;
using System.Text.Json;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Http;

internal static partial class EventReader
{
    private static void ReadData(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, EventRequest request)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            request.DataBytes = DecodedLength(ref reader);
            request.DataToken = body[(int)reader.TokenStartIndex..(int)reader.BytesConsumed].ToArray();
            return;
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        var json = WithoutWhitespace(body[start..(int)reader.BytesConsumed]);
        request.DataBytes = json.Length;
        request.DataToken = PusherWriter.StringToken(json);
    }

    private static ApiAnswer? ReadChannels(ref Utf8JsonReader reader, EventRequest request)
    {
        request.Channels = null;
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartArray) return ApiErrors.EventInvalid.With(request.Where + "'channels' must be an array of strings");
        List<string> channels = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String) return ApiErrors.EventInvalid.With(request.Where + "'channels' must be an array of strings");
            channels.Add(reader.GetString()!);
        }

        request.Channels = channels;
        return null;
    }

    private static ApiAnswer? ReadTags(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, EventRequest request)
    {
        request.Tags = [];
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartObject) return ApiErrors.TagsInvalid.With(request.Where + "'tags' must be an object of strings");
        var start = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) return ApiErrors.TagsInvalid.With(request.Where + "'tags' must be an object of strings");
        }

        request.Tags = WithoutWhitespace(body[start..(int)reader.BytesConsumed]);
        return null;
    }

    /// <summary>The bytes of a string's text; throws on a lone surrogate, as a client's reader would.</summary>
    private static int DecodedLength(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan.Length;
        var text = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return reader.CopyString(text);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static byte[] WithoutWhitespace(ReadOnlySpan<byte> json)
    {
        var compact = new byte[json.Length];
        var length = 0;
        var isInString = false;
        for (var i = 0; i < json.Length; i++)
        {
            var b = json[i];
            if (!isInString && b is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') continue;
            compact[length++] = b;
            if (b == (byte)'"') isInString = !isInString;
            else if (b == (byte)'\\') compact[length++] = json[++i];
        }

        return length == compact.Length ? compact : compact[..length];
    }
}
