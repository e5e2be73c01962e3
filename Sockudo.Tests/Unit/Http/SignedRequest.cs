using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sockudo.Server.Apps;

namespace Sockudo.Tests.Unit.Http;

/// <summary>
/// A request signed the way the Pusher document says it, written apart from the server's code. What a test changes after
/// <see cref="Sign"/> makes it wrong.
/// </summary>
internal sealed class SignedRequest(ApiHost host, string method, string path, string? body, App app)
{
    private readonly Dictionary<string, string> _headers = [];

    /// <summary>The parameters, unsorted and undecoded.</summary>
    public List<(string Key, string Value)> Parameters { get; } =
    [
        ("auth_version", "1.0"),
        ("auth_key", app.Key),
        ("auth_timestamp", host.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
    ];

    public byte[]? Body { get; set; } = body is null ? null : Encoding.UTF8.GetBytes(body);

    /// <summary>The path that is signed, when it is not the one that is sent.</summary>
    public string? SignedPath { get; set; }

    public string ContentType { get; set; } = "application/json";

    public bool IsChunked { get; set; }

    private bool IsPost => method == "POST";

    public SignedRequest With(string key, string value)
    {
        Parameters.RemoveAll(parameter => parameter.Key == key);
        Parameters.Add((key, value));
        return this;
    }

    public SignedRequest Without(string key)
    {
        Parameters.RemoveAll(parameter => parameter.Key == key);
        return this;
    }

    public SignedRequest Header(string name, string value)
    {
        _headers[name] = value;
        return this;
    }

#pragma warning disable CA5351 // the protocol's choice
    public SignedRequest Sign()
    {
        if (IsPost && !Parameters.Exists(static parameter => parameter.Key == "body_md5"))
            Parameters.Add(("body_md5", Convert.ToHexStringLower(MD5.HashData(Body ?? []))));
        With("auth_signature", SignatureOf(app.Secret));
        return this;
    }
#pragma warning restore CA5351

    /// <summary>The HMAC over what the parameters are now.</summary>
    public string SignatureOf(string secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(Text())));

    /// <summary>The text to sign.</summary>
    public string Text()
    {
        var sorted = Parameters
            .Where(static parameter => parameter.Key != "auth_signature")
            .GroupBy(static parameter => parameter.Key.ToLowerInvariant())
            .OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => $"{group.Key}={group.Last().Value}");
        return $"{method}\n{SignedPath ?? path}\n{string.Join('&', sorted)}";
    }

    /// <summary>Signs, unless that was done before, and sends.</summary>
    public Task<ApiReply> SendAsync()
    {
        if (!Parameters.Exists(static parameter => parameter.Key == "auth_signature")) Sign();
        return SendAsIsAsync();
    }

    /// <summary>Sends with the parameters as they are.</summary>
    public Task<ApiReply> SendAsIsAsync() =>
        SendRawAsync("?" + string.Join('&', Parameters.Select(static parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}")));

    /// <summary>Sends with a query of the test's own.</summary>
    public async Task<ApiReply> SendRawAsync(string query)
    {
        var uri = new Uri($"http://127.0.0.1:{host.Port}{path}{query}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (Body is not null)
        {
            request.Content = IsChunked ? new StreamContent(new MemoryStream(Body)) : new ByteArrayContent(Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            if (IsChunked) request.Headers.TransferEncodingChunked = true;
        }

        foreach (var (name, value) in _headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await host.Http.SendAsync(request);
        return await ApiReply.ReadAsync(response);
    }
}
