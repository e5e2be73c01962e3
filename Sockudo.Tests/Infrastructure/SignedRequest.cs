using System.Security.Cryptography;
using System.Text;

namespace Sockudo.Tests.Infrastructure;

/// <summary>
/// A request of the HTTP API with its signature. Everything can be changed before it is signed and, to break it, after.
/// </summary>
public sealed class SignedRequest(TestApp app, HttpMethod method, string path, string? body)
{
    public HttpMethod Method { get; set; } = method;

    /// <summary>Path as sent, escaped, starting with a slash.</summary>
    public string Path { get; set; } = path;

    public string? Body { get; set; } = body;

    public string ContentType { get; set; } = "application/json";

    /// <summary>Query parameters, unescaped, in the order they are sent.</summary>
    public List<KeyValuePair<string, string>> Query { get; } = [];

    public string this[string name]
    {
        get => Query.First(pair => pair.Key == name).Value;
        set
        {
            Remove(name);
            Query.Add(new(name, value));
        }
    }

    public void Remove(string name) => Query.RemoveAll(pair => pair.Key == name);

    /// <summary>Adds <c>auth_key</c>, <c>auth_timestamp</c>, <c>auth_version</c>, <c>body_md5</c> (with a body) and <c>auth_signature</c>.</summary>
    public void Sign(DateTimeOffset now, string? secret = null)
    {
        this["auth_key"] = app.Key;
        this["auth_timestamp"] = now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        this["auth_version"] = "1.0";
        if (Method == HttpMethod.Post)
            this["body_md5"] = Md5(Body ?? "");
        SignAgain(secret);
    }

    /// <summary>Replaces <c>auth_signature</c> by one that fits the parameters as they are now.</summary>
    public void SignAgain(string? secret = null)
    {
        Remove("auth_signature");
        this["auth_signature"] = PusherAuth.Sign(secret ?? app.Secret, StringToSign());
    }

    public string StringToSign()
    {
        var parameters = Query
            .Where(pair => pair.Key != "auth_signature")
            .Select(pair => (Key: pair.Key.ToLowerInvariant(), pair.Value))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={pair.Value}");
        return $"{Method.Method}\n{Path}\n{string.Join('&', parameters)}";
    }

    public HttpRequestMessage ToMessage()
    {
        var query = string.Join('&', Query.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        var message = new HttpRequestMessage(Method, new Uri($"{Path}?{query}", UriKind.Relative));
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
            message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        return message;
    }

    /// <summary>Lower-case hexadecimal MD5, as Pusher's API wants it.</summary>
    public static string Md5(string text)
    {
#pragma warning disable CA5351 // The protocol names MD5; the HMAC over it is what protects.
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
    }
}
