using System.Net;
using System.Net.Sockets;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Asks the server that runs beside it whether it lives: the health check of a container image that has neither shell nor curl.
/// </summary>
internal static class HealthProbe
{
    /// <summary>What is asked: alive, not ready. A broker that is away must not have every container restarted.</summary>
    public const string Path = "/live";

    /// <summary>The usual longest wait for the whole answer: less than an image's health check waits for the command.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    /// <summary>Asks; never throws.</summary>
    /// <param name="address">One of the server's own listeners; an address that means "any" is asked on loopback.</param>
    /// <param name="pathPrefix">The server's <c>path_prefix</c>, <c>/</c> for none.</param>
    /// <param name="deadline">The longest wait for the whole answer.</param>
    /// <param name="errors">Told in one line why the answer is not 0.</param>
    /// <returns>The exit code: 0 when the server answers 200 in time, else 1.</returns>
    public static async Task<int> RunAsync(ListenerAddress address, string pathPrefix, TimeSpan deadline, TextWriter errors)
    {
        var url = new Uri(Root(address), pathPrefix.TrimEnd('/') + Path);
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
#pragma warning disable CA5359 // The certificate is for the name clients use, not for loopback, and nothing secret is sent.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        if (address.IsUnixSocket) handler.ConnectCallback = (_, cancellation) => ConnectAsync(address.Host, cancellation);

        using var client = new HttpClient(handler) { Timeout = deadline };
        try
        {
            using var response = await client.GetAsync(url).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK) return 0;
            await errors.WriteLineAsync($"{url} answers {(int)response.StatusCode}.").ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            await errors.WriteLineAsync($"{url} cannot be asked: {e.Message}").ConfigureAwait(false);
        }
        catch (TaskCanceledException)
        {
            await errors.WriteLineAsync($"{url} does not answer within {deadline.TotalSeconds} s.").ConfigureAwait(false);
        }

        return 1;
    }

    private static Uri Root(ListenerAddress address)
    {
        if (address.IsUnixSocket) return new Uri("http://localhost");
        var any = address.Host is "*" or "0.0.0.0" or "::";
        return new Uri((address with { Host = any ? "127.0.0.1" : address.Host }).ToString());
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
