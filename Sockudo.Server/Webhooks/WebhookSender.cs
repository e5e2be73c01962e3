using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Webhooks;

/// <summary>
/// Makes one signed request. Redirects are not followed, no proxy and no cookie is used, of an answer only the status counts, and
/// the whole takes at most <see cref="WebhookOptions.RequestTimeoutMs"/>. Thread-safe.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    // An answer's body is read to keep the connection, but not more of it than this: with more the connection is closed.
    private const int MostReadBytes = 64 * 1024;
    private const int MostHeaderKilobytes = 16;

    // A name is looked up again at least this often.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;

    public WebhookSender(IOptions<WebhookOptions> options, TimeProvider time)
    {
        _time = time;
        _timeout = TimeSpan.FromMilliseconds(options.Value.RequestTimeoutMs);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = new EndpointConnector(new AddressPolicy(options.Value.BlockPrivateNetworks)).ConnectAsync,
            ConnectTimeout = _timeout,
            PooledConnectionLifetime = ConnectionLifetime,
            MaxResponseHeadersLength = MostHeaderKilobytes,
            MaxResponseDrainSize = 0,
        });
    }

    /// <summary>Sends a job's body; null when it was answered with 2xx, else what went wrong, for people.</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<string?> SendAsync(
        App app, WebhookEndpoint endpoint, string eventId, ReadOnlyMemory<byte> body, int attempt, CancellationToken cancellationToken)
    {
        using var span = ServerTracing.Start("webhook deliver", ActivityKind.Producer);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag(TraceTags.System, "sockudo").SetTag(TraceTags.OperationName, "webhook").SetTag(TraceTags.OperationType, "send");
            span.SetTag(TraceTags.AppId, app.Id).SetTag(TraceTags.MessageId, eventId).SetTag(TraceTags.BodySize, body.Length).SetTag(TraceTags.Attempt, attempt);
        }

        var failure = await TrySendAsync(app, endpoint, eventId, body, attempt, cancellationToken).ConfigureAwait(false);
        if (failure is not null) span?.SetTag(TraceTags.ErrorType, "not_accepted").SetStatus(ActivityStatusCode.Error, failure);
        return failure;
    }

    public void Dispose() => _http.Dispose();

    private async Task<string?> TrySendAsync(
        App app, WebhookEndpoint endpoint, string eventId, ReadOnlyMemory<byte> body, int attempt, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var request = Request(app, endpoint, eventId, body, attempt);
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            await ReadToEndAsync(response, either.Token).ConfigureAwait(false);
            return (int)response.StatusCode is >= 200 and < 300 ? null : Describe(response.StatusCode);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"no answer within {_timeout.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException e)
        {
            return e.InnerException is AddressRefusedException refused ? refused.Message : e.Message;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private static async Task ReadToEndAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            for (var total = 0; total < MostReadBytes;)
            {
                var read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read == 0) return;
                total += read;
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status was the answer; a connection whose body ends badly is closed and that is all.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Describe(HttpStatusCode status) => (int)status is >= 300 and < 400
        ? $"answered {(int)status}: redirects are not followed"
        : $"answered {(int)status}";

    private static HttpRequestMessage Request(App app, WebhookEndpoint endpoint, string eventId, ReadOnlyMemory<byte> body, int attempt)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url)
        {
            Content = content,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", "Sockudo-Webhooks/1");
        request.Headers.TryAddWithoutValidation("X-Pusher-Key", app.Key);
        request.Headers.TryAddWithoutValidation("X-Pusher-Signature", Signature.Of(app, body.Span).ToHex());
        request.Headers.TryAddWithoutValidation("X-Sockudo-Event-Id", eventId);
        request.Headers.TryAddWithoutValidation("X-Sockudo-Attempt", attempt.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in endpoint.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) content.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
