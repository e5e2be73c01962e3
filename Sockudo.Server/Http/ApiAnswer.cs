using System.Text.Json;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Http;

/// <summary>A whole answer of the API: a status and a JSON body. Immutable, may be sent any number of times.</summary>
internal sealed class ApiAnswer(int status, ReadOnlyMemory<byte> body)
{
    /// <summary><c>{"ok":true}</c>.</summary>
    public static ApiAnswer Ok { get; } = new(StatusCodes.Status200OK, "{\"ok\":true}"u8.ToArray());

    /// <summary><c>{}</c>.</summary>
    public static ApiAnswer EmptyObject { get; } = new(StatusCodes.Status200OK, "{}"u8.ToArray());

    /// <summary>The status code.</summary>
    public int Status { get; } = status;

    /// <summary>The body, in JSON.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>Seconds after which a retry makes sense; null says nothing.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Whether the connection ends with this answer, because the rest of its request will not be read.</summary>
    public bool EndsConnection { get; init; }

    /// <summary>A 200 with one JSON object, whose members <paramref name="write"/> adds.</summary>
    public static ApiAnswer Object(Action<Utf8JsonWriter> write) => Object(StatusCodes.Status200OK, write);

    /// <summary>An answer with one JSON object, whose members <paramref name="write"/> adds.</summary>
    public static ApiAnswer Object(int status, Action<Utf8JsonWriter> write) => new(status, Json(write));

    /// <summary>One JSON object, whose members <paramref name="write"/> adds.</summary>
    public static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = FrameBuffer.Rent(out var json);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        return buffer.ToJson();
    }

    /// <summary>Sends it.</summary>
    public async ValueTask WriteToAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.ContentLength = Body.Length;
        if (RetryAfterSeconds is { } seconds && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (EndsConnection) response.Headers.Connection = "close";
        await response.BodyWriter.WriteAsync(Body, response.HttpContext.RequestAborted);
    }
}
