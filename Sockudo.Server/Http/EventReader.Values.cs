using System.Buffers;
using System.Text.Json;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Http;

internal static partial class EventReader
{
    private static void ReadData(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, EventRequest request)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            request.DataBytes = DecodedLength(ref reader);
            request.DataToken = body[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
            return;
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        var json = body.Span[start..(int)reader.BytesConsumed];
        var compact = ArrayPool<byte>.Shared.Rent(json.Length);
        request.DataBytes = WriteWithoutWhitespace(json, compact);
        request.DataToken = PusherWriter.StringToken(compact.AsSpan(0, request.DataBytes));
        ArrayPool<byte>.Shared.Return(compact);
    }

    private static ApiAnswer? ReadChannels(ref Utf8JsonReader reader, EventRequest request)
    {
        request.ForgetChannels();
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartArray) return ApiErrors.EventInvalid.With(request.Where + "'channels' must be an array of strings");
        request.BeginChannels();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String) return ApiErrors.EventInvalid.With(request.Where + "'channels' must be an array of strings");
            if (request.WantsChannel()) request.AddChannel(reader.GetString()!);
        }

        return null;
    }

    private static ApiAnswer? ReadTags(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, EventRequest request)
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

        var json = body.Span[start..(int)reader.BytesConsumed];
        var tags = new byte[json.Length];
        var length = WriteWithoutWhitespace(json, tags);
        request.Tags = length == tags.Length ? tags : tags[..length];
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

    private static int WriteWithoutWhitespace(ReadOnlySpan<byte> json, Span<byte> compact)
    {
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

        return length;
    }
}
