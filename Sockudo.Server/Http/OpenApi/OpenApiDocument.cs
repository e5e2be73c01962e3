using System.Buffers;
using System.Text.Json;

namespace Sockudo.Server.Http.OpenApi;

/// <summary>Writes the OpenAPI 3.1 document from <see cref="Operations"/> and <see cref="Schemas"/>. Pure.</summary>
internal static class OpenApiDocument
{
    private static readonly QueryParameter[] SignatureParameters =
    [
        new("auth_key", "The app's key."),
        new("auth_timestamp", "Seconds since 1970; at most 600 from the server's clock."),
        new("auth_version", "1.0"),
        new("auth_signature", "Lower-case hex HMAC-SHA256 of method, path and sorted query, by the app's secret."),
    ];

    /// <summary>The document, in JSON.</summary>
    public static byte[] Write()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("openapi"u8, "3.1.0"u8);
        json.WriteStartObject("info"u8);
        json.WriteString("title"u8, "Sockudo for .NET"u8);
        json.WriteString("version"u8, "1"u8);
        json.WriteString("description"u8, "The HTTP API of the Pusher Channels protocol. Explained in docs/api.md."u8);
        json.WriteEndObject();
        json.WriteStartObject("paths"u8);
        foreach (var path in Operations.All.GroupBy(static operation => operation.Path))
        {
            json.WriteStartObject(path.Key);
            foreach (var operation in path) WriteOperation(json, operation);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("components"u8);
        json.WritePropertyName("schemas"u8);
        json.WriteRawValue(Schemas.Json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteOperation(Utf8JsonWriter json, Operation operation)
    {
        json.WriteStartObject(operation.Method);
        json.WriteString("summary"u8, operation.Summary);
        json.WriteStartArray("parameters"u8);
        foreach (var name in PathParameters(operation.Path)) WriteParameter(json, name, "path", "", isRequired: true);
        foreach (var parameter in operation.Query) WriteParameter(json, parameter.Name, "query", parameter.Description, isRequired: false);
        if (operation.TakesIdempotencyKey) WriteParameter(json, "Idempotency-Key", "header", "Makes a retry within 120 s harmless.", isRequired: false);
        if (operation.IsSigned)
        {
            foreach (var parameter in SignatureParameters) WriteParameter(json, parameter.Name, "query", parameter.Description, isRequired: true);
            if (operation.Method == "post") WriteParameter(json, "body_md5", "query", "Lower-case hex MD5 of the body.", isRequired: true);
        }

        json.WriteEndArray();
        if (operation.Body is { } body)
        {
            json.WriteStartObject("requestBody"u8);
            json.WriteBoolean("required"u8, true);
            WriteContent(json, body);
            json.WriteEndObject();
        }

        json.WriteStartObject("responses"u8);
        foreach (var answer in operation.Answers) WriteAnswer(json, answer);
        if (operation.IsSigned)
        {
            WriteAnswer(json, new Answer(400, "The request is not as described here.", "Error"));
            WriteAnswer(json, new Answer(401, "The signature is missing, wrong or too old.", "Error"));
            WriteAnswer(json, new Answer(403, "The app is disabled.", "Error"));
            WriteAnswer(json, new Answer(404, "There is no such app.", "Error"));
            WriteAnswer(json, new Answer(429, "A limit; see Retry-After.", "Error"));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteParameter(Utf8JsonWriter json, string name, string place, string description, bool isRequired)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("in"u8, place);
        if (description.Length > 0) json.WriteString("description"u8, description);
        json.WriteBoolean("required"u8, isRequired);
        json.WriteStartObject("schema"u8);
        json.WriteString("type"u8, "string"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAnswer(Utf8JsonWriter json, Answer answer)
    {
        json.WriteStartObject(answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("description"u8, answer.Description);
        if (answer.Schema is { } schema) WriteContent(json, schema);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, string schema)
    {
        json.WriteStartObject("content"u8);
        json.WriteStartObject("application/json"u8);
        json.WriteStartObject("schema"u8);
        json.WriteString("$ref"u8, "#/components/schemas/" + schema);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static IEnumerable<string> PathParameters(string path) =>
        path.Split('/').Where(static segment => segment.StartsWith('{')).Select(static segment => segment.Trim('{', '}'));
}
