using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sockudo.Tests.Unit.Fuzzing;

/// <summary>The server's place without a socket: a request is handed to the application as features, and its answer taken the same way.</summary>
internal sealed class InProcessServer : IServer
{
    private Func<IFeatureCollection, Task> _handle = static _ => throw new InvalidOperationException("The application has not started.");

    public InProcessServer() => Features.Set<IServerAddressesFeature>(new ServerAddressesFeature());

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _handle = async features =>
        {
            var context = application.CreateContext(features);
            Exception? error = null;
            try
            {
                await application.ProcessRequestAsync(context);
            }
            catch (Exception caught)
            {
                error = caught;
                throw;
            }
            finally
            {
                application.DisposeContext(context, error);
            }
        };
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // Holds nothing.
    }

    /// <summary>Sends a request as a parser of HTTP hands it on, and returns status and body.</summary>
    public async Task<(int Status, byte[] Body)> SendAsync(string method, string path, string query, byte[] body, bool isChunked)
    {
        using var output = new MemoryStream();
        var request = new DefaultHttpContext();
        var features = request.Features;
        var head = features.GetRequiredFeature<IHttpRequestFeature>();
        head.Method = method;
        head.Scheme = "http";
        head.Protocol = "HTTP/1.1";
        // A slash in front however the path was changed: Kestrel's parser lets no other through.
        head.Path = "/" + Uri.UnescapeDataString(path[1..]);
        head.QueryString = query;
        head.RawTarget = path + query;
        head.Body = new MemoryStream(body);
        if (isChunked) head.Headers.TransferEncoding = "chunked";
        else if (body.Length > 0) head.Headers.ContentLength = body.Length;
        head.Headers.ContentType = "application/json";
        var response = new StreamResponseBodyFeature(output);
        features.Set<IHttpResponseBodyFeature>(response);
        await _handle(features);
        await response.CompleteAsync();
        return (features.GetRequiredFeature<IHttpResponseFeature>().StatusCode, output.ToArray());
    }
}
