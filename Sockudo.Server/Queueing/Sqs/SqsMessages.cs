using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sockudo.Server.Queueing.Sqs;

/// <summary>Jobs as the text of SQS messages. Pure.</summary>
internal static class SqsMessages
{
    /// <summary>The largest message. Unit: bytes.</summary>
    public const int MostBytes = 256 * 1024;

    // What marks a message as ours.
    private const string Kind = "sockudo-webhook";

    /// <summary>The text of a job.</summary>
    public static string Write(Job job)
    {
        var bytes = new ArrayBufferWriter<byte>(job.Body.Length + 256);
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("kind"u8, Kind);
        json.WriteString("id"u8, job.Id);
        json.WriteString("app_id"u8, job.AppId);
        json.WriteString("url"u8, job.Destination);
        json.WriteNumber("partition"u8, job.Partition);
        json.WriteNumber("enqueued_ms"u8, job.EnqueuedAt);
        json.WriteString("body"u8, job.Body.Span);
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>The job of a text; null when it is none of ours. Those of versions that did not mark theirs are known by their members.</summary>
    public static Job? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.TryGetProperty("kind"u8, out var kind) && !kind.ValueEquals(Kind)) return null;
            return new Job
            {
                Id = root.GetProperty("id"u8).GetString()!,
                AppId = root.GetProperty("app_id"u8).GetString()!,
                Destination = root.GetProperty("url"u8).GetString()!,
                Partition = root.GetProperty("partition"u8).GetInt32(),
                EnqueuedAt = root.GetProperty("enqueued_ms"u8).GetInt64(),
                Body = Encoding.UTF8.GetBytes(root.GetProperty("body"u8).GetString()!),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            return null;
        }
    }
}
