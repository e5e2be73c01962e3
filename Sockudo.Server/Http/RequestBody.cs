using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Http;

/// <summary>A request's body in a pooled buffer. Not thread-safe; what is read from it must be copied before it is disposed.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 4 * 1024;

    private byte[] _buffer;
    private int _length;

    private RequestBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The bytes as received.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads a body to its end; null when it has more bytes than allowed. The buffer grows with what arrives, not with what was announced.</summary>
    /// <exception cref="BadHttpRequestException">It is no body by the rules of HTTP.</exception>
    public static async ValueTask<RequestBody?> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit) return null;
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } serverLimit) serverLimit.MaxRequestBodySize = limit;

        var body = new RequestBody((int)Math.Clamp(request.ContentLength ?? 0, 256, FirstBytes));
        try
        {
            var reader = request.BodyReader;
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken);
                var isWithin = body._length + result.Buffer.Length <= limit;
                if (isWithin) body.Append(result.Buffer);
                reader.AdvanceTo(result.Buffer.End);
                if (!isWithin)
                {
                    body.Dispose();
                    return null;
                }

                if (!result.IsCompleted) continue;

                // Whoever reads sockets brought the last bytes; what they mean is found out elsewhere.
                if (body._length > RequestTurn.MaxBodyBytes) await Task.Yield();
                return body;
            }
        }
        catch (IOException e) when (e is not (BadHttpRequestException or ConnectionResetException) && !cancellationToken.IsCancellationRequested)
        {
            // Not every broken body is told as one: the size of a chunk that overflows is a plain IOException.
            body.Dispose();
            throw new BadHttpRequestException("The body could not be read.", e);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Append(ReadOnlySequence<byte> bytes)
    {
        var length = _length + (int)bytes.Length;
        if (length > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length = length;
    }
}
