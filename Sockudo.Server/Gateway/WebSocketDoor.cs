using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Gateway;

/// <summary>
/// Kestrel connection middleware: it looks at the first request of a connection, takes a WebSocket handshake for
/// <c>/app/{key}</c>, and leaves anything else untouched to Kestrel's HTTP. A socket taken here never has an HttpContext.
/// Thread-safe.
/// </summary>
internal sealed class WebSocketDoor(
    ConnectionAccepter accepter,
    HandshakeDeadlines deadlines,
    IOptions<GatewayOptions> options)
{
    private readonly string _pathPrefix = options.Value.PathPrefix;
    private readonly int _maxHeadBytes = options.Value.MaxRequestHeadBytes;

    /// <summary>Serves one connection, or passes it on.</summary>
    public async Task OnConnectionAsync(ConnectionContext context, ConnectionDelegate next)
    {
        UpgradeKind kind;
        UpgradeRequest request;
        var lifetime = context.Features.Get<IConnectionLifetimeNotificationFeature>();
        using (deadlines.Watch(context))
        using (lifetime?.ConnectionClosedRequested.Register(static input => ((PipeReader)input!).CancelPendingRead(), context.Transport.Input))
        {
            (kind, request) = await ReadHeadAsync(context.Transport.Input).ConfigureAwait(false);
        }

        switch (kind)
        {
            case UpgradeKind.Accepted:
                await accepter.AcceptAsync(request, context.Transport.Input, SinkFor(context), (context.RemoteEndPoint as IPEndPoint)?.Address).ConfigureAwait(false);
                break;
            case UpgradeKind.Refused:
                await context.Transport.Output.WriteAsync(request.Defect!.Response()).ConfigureAwait(false);
                break;
            case UpgradeKind.Other:
                context.Features.Set(new RequestTurn());
                await next(context).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask<(UpgradeKind Kind, UpgradeRequest Request)> ReadHeadAsync(PipeReader input)
    {
        try
        {
            while (true)
            {
                var result = await input.ReadAsync().ConfigureAwait(false);
                var buffer = result.Buffer;
                var kind = Read(buffer, out var request, out var consumed);
                switch (kind)
                {
                    case UpgradeKind.Other:
                        // Nothing examined: Kestrel's HTTP gets these bytes at once.
                        input.AdvanceTo(buffer.Start);
                        return (kind, request);
                    case UpgradeKind.Accepted or UpgradeKind.Refused:
                        // Frames behind the handshake in the same packet stay in the pipe for the loop.
                        input.AdvanceTo(buffer.GetPosition(consumed));
                        return (kind, request);
                }

                var isTooLarge = buffer.Length > _maxHeadBytes;
                input.AdvanceTo(buffer.Start, buffer.End);
                if (isTooLarge)
                    return (UpgradeKind.Refused, new UpgradeRequest { Path = "", Query = "", Defect = HandshakeRefusals.HeadTooLarge(_maxHeadBytes) });
                if (result.IsCompleted || result.IsCanceled) return (UpgradeKind.Incomplete, null!);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException or InvalidOperationException)
        {
            return (UpgradeKind.Incomplete, null!);
        }
    }

    private UpgradeKind Read(ReadOnlySequence<byte> buffer, out UpgradeRequest request, out int consumed)
    {
        request = null!;
        consumed = 0;
        if (buffer.IsEmpty) return UpgradeKind.Incomplete;
        var head = buffer.Length > _maxHeadBytes ? buffer.Slice(0, _maxHeadBytes) : buffer;
        return UpgradeRequest.TryRead(head.IsSingleSegment ? head.FirstSpan : head.ToArray(), _pathPrefix, out request, out consumed);
    }

    private static IFrameSink SinkFor(ConnectionContext context)
    {
        // A TLS connection exposes its raw socket too; written to directly, plain text would leave inside TLS.
        var isTls = context.Features.Get<ITlsHandshakeFeature>() is not null || context.Features.Get<Microsoft.AspNetCore.Http.Features.ITlsConnectionFeature>() is not null;
        var abort = () => context.Abort(new ConnectionAbortedException("closed by the server"));
        return !isTls && context.Features.Get<IConnectionSocketFeature>() is { } feature
            ? new SocketSink(feature.Socket, abort)
            : new PipeSink(context.Transport.Output, abort);
    }
}
