using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sockudo.Server.Adapters;
using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Messaging;

/// <summary>A socket's beginning and end. Thread-safe across connections; both are called once by the connection's loop.</summary>
internal sealed class ConnectionLifecycle(IAdapter adapter, WatchlistNotifier watchlists, IOptions<MessagingOptions> options)
{
    /// <summary>
    /// Admits a socket and greets it; false when the app has its full number, and the socket was told so. A socket that this fails for, or
    /// is refused to, is in no registry.
    /// </summary>
    public bool TryOpen(Connection connection)
    {
        // Admitted before it is greeted: a greeted socket is never refused. Until it is greeted only a drain can find it, whose close
        // may then be its first word.
        using var span = connection.Opening;
        connection.Opening = null;
        try
        {
            if (!adapter.TryConnect(connection)) return Refuse(connection, span);
            connection.Send(PusherWriter.ConnectionEstablished(connection.Id, options.Value.ActivityTimeout));
            connection.Metrics.ConnectionOpened();
            return true;
        }
        catch
        {
            adapter.Disconnect(connection);
            throw;
        }
    }

    /// <summary>Takes a socket out, with every effect on others. Also when one of these fails, the others happen.</summary>
    public void Close(Connection connection)
    {
        try
        {
            watchlists.Unwatch(connection);
        }
        finally
        {
            try
            {
                adapter.Disconnect(connection);
            }
            finally
            {
                connection.Metrics.ConnectionClosed();
            }
        }
    }

    private static bool Refuse(Connection connection, Activity? span)
    {
        span?.Refused(ErrorCode.OverConnectionQuota);
        connection.Metrics.ConnectionError(MetricLabels.ErrorType.AppValidationFailed);
        connection.Close(new PusherError(ErrorCode.OverConnectionQuota, $"the app has its {connection.App.MaxConnections} connections"));
        return false;
    }
}
