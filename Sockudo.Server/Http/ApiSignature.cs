using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Messaging;

namespace Sockudo.Server.Http;

/// <summary>
/// Checks who sent a request, by the rules of the Pusher document "Generating authentication signatures": key, path, age, HMAC of all
/// of it with the MD5 the body is to have; then, once it was read, whether the body has it. Nobody who cannot sign gets a body into this
/// server's memory. Constant-time in the signature. Thread-safe.
/// </summary>
internal sealed class ApiSignature(IAppManager apps, IOptions<MessagingOptions> options, IOptions<HttpApiOptions> api, TimeProvider time)
{
    /// <summary>How far a request's clock may be from ours, either way. Unit: seconds.</summary>
    public const int ToleranceSeconds = 600;

    /// <summary>The app that signed the request, or the refusal. The body is not looked at.</summary>
    public async ValueTask<(App? App, ApiAnswer? Refusal)> CheckAsync(HttpContext context, RequestQuery? query)
    {
        if (!context.Request.QueryString.HasValue || context.Request.QueryString.Value!.Length < 2)
            return (null, ApiErrors.QueryMissing.With("the request is not signed: it has no query string; an SDK signs in the query, so a proxy in front may drop it"));
        if (query is null) return (null, ApiErrors.QueryInvalid.With($"the query has more than {RequestQuery.MaxParameters} parameters"));
        if (query["auth_key"] is not { Length: > 0 } key) return (null, ApiErrors.AuthKeyMissing.With("auth_key is missing"));

        var app = await apps.FindByKeyAsync(key, context.RequestAborted);
        if (app is null) return (null, ApiErrors.AppUnknown.With(Explains ? $"no app has the auth_key '{key}'" : "there is no such app"));
        return (app, Check(context, app, query));
    }

    /// <summary>The refusal of a body that is not the one that was signed.</summary>
    public ApiAnswer? CheckBody(RequestQuery query, ReadOnlySpan<byte> body)
    {
        // MD5 because the protocol says so; it only ties the body to the HMAC.
#pragma warning disable CA5351
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(body, hash);
#pragma warning restore CA5351
        Span<char> expected = stackalloc char[MD5.HashSizeInBytes * 2];
        Convert.TryToHexStringLower(hash, expected, out _);
        if (expected.SequenceEqual(query["body_md5"])) return null;
        return ApiErrors.BodyMd5Mismatch.With(
            Explains ? $"body_md5 is wrong: the body of {body.Length} bytes has the MD5 {expected}" : "body_md5 is not the MD5 of the body");
    }

    /// <summary>The refusal of a request that is too old, or of a time to come, at a moment.</summary>
    public static ApiAnswer? CheckTimestamp(RequestQuery query, DateTimeOffset now)
    {
        if (!long.TryParse(query["auth_timestamp"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var timestamp))
            return ApiErrors.TimestampInvalid.With("auth_timestamp must be a whole number of seconds since 1970");
        var skew = (Int128)timestamp - now.ToUnixTimeSeconds();
        if (Int128.Abs(skew) <= ToleranceSeconds) return null;
        return ApiErrors.TimestampExpired.With(
            $"auth_timestamp is {Int128.Abs(skew)} s {(skew < 0 ? "behind" : "ahead of")} the server's clock; at most {ToleranceSeconds} s are allowed");
    }

    private bool Explains => options.Value.ExplainSignatures;

    private ApiAnswer? Check(HttpContext context, App app, RequestQuery query)
    {
        if (context.Request.RouteValues["appId"] as string is var id && id != app.Id)
        {
            return ApiErrors.AppIdMismatch.With(
                Explains ? $"the app id '{id}' of the path is not the app of auth_key '{app.Key}'" : "the auth_key belongs to another app");
        }

        // Cheap, and not the judgment: that is made when the body is there.
        return CheckTimestamp(query, time.GetUtcNow()) ?? CheckBodyParameter(context.Request.Method, query) ?? CheckSignature(context, app, query)
            ?? (app.Enabled ? null : ApiErrors.AppDisabled.With("the app is disabled"));
    }

    private static ApiAnswer? CheckBodyParameter(string method, RequestQuery query)
    {
        var given = query["body_md5"];
        if (!HttpMethods.IsPost(method))
            return given is null ? null : ApiErrors.BodyMd5Unexpected.With("body_md5 is for POST requests only");
        return string.IsNullOrEmpty(given) ? ApiErrors.BodyMd5Missing.With("body_md5 is missing") : null;
    }

    private ApiAnswer? CheckSignature(HttpContext context, App app, RequestQuery query)
    {
        if (query["auth_signature"] is not { Length: > 0 } signature) return ApiErrors.SignatureMissing.With("auth_signature is missing");
        var path = RequestPath.Raw(context);
        var candidates = new SignedPaths(path, api.Value.PathPrefix);
        while (candidates.MoveNext())
        {
            if (IsSigned(app, context.Request.Method, candidates.Current, query, signature)) return null;
        }

        if (!Explains) return ApiErrors.SignatureInvalid.With("auth_signature is wrong");
        var text = WriteText(context.Request.Method, path, query, out var length);
        var message = $"auth_signature is wrong: it must be the lower-case hex HMAC-SHA256, by the secret of key '{app.Key}', of this text: "
            + Encoding.UTF8.GetString(text, 0, length);
        ArrayPool<byte>.Shared.Return(text);
        return ApiErrors.SignatureInvalid.With(message);
    }

    private static bool IsSigned(App app, string method, ReadOnlySpan<char> path, RequestQuery query, string signature)
    {
        var text = WriteText(method, path, query, out var length);
        var matches = Signature.Of(app, text.AsSpan(0, length)).Matches(signature);
        ArrayPool<byte>.Shared.Return(text);
        return matches;
    }

    /// <summary>The text that is signed, in a rented buffer.</summary>
    private static byte[] WriteText(string method, ReadOnlySpan<char> path, RequestQuery query, out int length)
    {
        var characters = method.Length + path.Length + 2;
        for (var i = 0; i < query.Sorted.Count; i++) characters += query.Sorted[i].Key.Length + query.Sorted[i].Value.Length + 2;
        var text = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(characters));

        var at = Encoding.UTF8.GetBytes(method.ToUpperInvariant(), text);
        text[at++] = (byte)'\n';
        at += Encoding.UTF8.GetBytes(path, text.AsSpan(at));
        var separator = (byte)'\n';
        for (var i = 0; i < query.Sorted.Count; i++)
        {
            var (key, value) = query.Sorted[i];
            if (key == "auth_signature") continue;
            text[at++] = separator;
            separator = (byte)'&';
            at += Encoding.UTF8.GetBytes(key, text.AsSpan(at));
            text[at++] = (byte)'=';
            at += Encoding.UTF8.GetBytes(value, text.AsSpan(at));
        }

        length = at;
        return text;
    }
}
