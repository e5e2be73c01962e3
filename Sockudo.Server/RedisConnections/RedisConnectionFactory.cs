using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>
/// The only maker of Redis connections: one server, a master found through sentinels, or a cluster, with or without TLS. Holds no
/// connection. Thread-safe.
/// </summary>
internal sealed partial class RedisConnectionFactory
{
    private readonly RedisTarget _target;
    private readonly RedisCertificates? _certificates;
    private readonly TimeProvider _time;

    /// <exception cref="RedisConfigurationException">A certificate cannot be used.</exception>
    public RedisConnectionFactory(RedisTarget target, TimeProvider time)
    {
        _target = target;
        _time = time;
        _certificates = target.IsTls ? new RedisCertificates(target.Tls) : null;
    }

    /// <summary>Why no connection could ever be made; null when one might. Nothing is connected to.</summary>
    public static string? Defect(Func<RedisTarget> resolve)
    {
        try
        {
            _ = new RedisConnectionFactory(resolve(), TimeProvider.System);
            return null;
        }
        catch (RedisConfigurationException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>What is connected to, for logs.</summary>
    public RedisTarget Target => _target;

    /// <summary>Opens a connection, or fails within <see cref="RedisTarget.ConnectTimeout"/> for each server asked.</summary>
    /// <exception cref="RedisConnectionException">The server, the sentinels or the master cannot be reached or refuse.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what would still have opened is closed.</exception>
    public Task<RedisConnection> ConnectAsync(CancellationToken cancellationToken) => _target.Topology switch
    {
        RedisTopology.Sentinel => ConnectToMasterAsync(cancellationToken),
        RedisTopology.Cluster => ConnectToClusterAsync(cancellationToken),
        _ => ConnectToAsync(_target.Nodes, isCluster: false, _target.ConnectTimeout, cancellationToken),
    };

    private async Task<RedisConnection> ConnectToAsync(
        IReadOnlyList<RedisNodeAddress> nodes, bool isCluster, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var configuration = Configuration(nodes);
        configuration.User = _target.Username;
        configuration.Password = _target.Password;
        configuration.DefaultDatabase = isCluster ? null : _target.Database;
        configuration.ConnectTimeout = (int)timeout.TotalMilliseconds;
        var readiness = new SubscriptionReadiness();
        readiness.Watch(configuration);
        var multiplexer = await OpenAsync(configuration, ConnectionMultiplexer.ConnectAsync, cancellationToken).ConfigureAwait(false);
        try
        {
            await readiness.WaitAsync(multiplexer, _target.ConnectTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await CloseAsync(multiplexer).ConfigureAwait(false);
            throw;
        }

        return new RedisConnection(multiplexer, isCluster);
    }

    private ConfigurationOptions Configuration(IReadOnlyList<RedisNodeAddress> nodes)
    {
        var configuration = _target.Base?.Clone() ?? new ConfigurationOptions();
        configuration.EndPoints.Clear();
        foreach (var node in nodes)
        {
            configuration.EndPoints.Add(node.ToEndPoint());
        }

        configuration.ServiceName = null;
        configuration.ClientName ??= "sockudo";
        configuration.Ssl = _target.IsTls;
        configuration.SslHost = _target.Tls.ServerName ?? configuration.SslHost;
        _certificates?.ApplyTo(configuration);

        configuration.AbortOnConnectFail = true;
        configuration.ConnectRetry = 1;
        configuration.ConnectTimeout = (int)_target.ConnectTimeout.TotalMilliseconds;
        configuration.AsyncTimeout = (int)_target.CommandTimeout.TotalMilliseconds;
        configuration.SyncTimeout = (int)_target.CommandTimeout.TotalMilliseconds;
        // Nothing may wait for a connection to come back and then be sent late.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        // A dedicated connection for subscriptions: one that reads too slowly is cut off by the server without taking the commands along.
        configuration.Protocol = RedisProtocol.Resp2;
        // Both of these belong to this library's own way of electing a master, and an ACL user may not touch them.
        configuration.ConfigurationChannel = "";
        configuration.TieBreaker = "";
        configuration.IncludeDetailInExceptions = false;
        return configuration;
    }

    // Connecting takes no token: who stops waiting must still close what opens later.
    private static async Task<ConnectionMultiplexer> OpenAsync(
        ConfigurationOptions configuration, Func<ConfigurationOptions, TextWriter, Task<ConnectionMultiplexer>> connect, CancellationToken cancellationToken)
    {
        var log = new HandshakeLog();
        var opening = connect(configuration, log);
        try
        {
            return await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = CloseLateAsync(opening);
            throw;
        }
        catch (RedisConnectionException exception) when (log.Refusal is { } refusal && !exception.Message.Contains(refusal, StringComparison.Ordinal))
        {
            throw new RedisConnectionException(exception.FailureType, CommandFlags.None, $"the server refuses the connection: {refusal}", exception);
        }
    }

    private static async Task CloseLateAsync(Task<ConnectionMultiplexer> opening)
    {
        try
        {
            await CloseAsync(await opening.ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or ObjectDisposedException or InvalidOperationException)
        {
            // Nobody waits for it any more.
        }
    }

    private static async Task CloseAsync(ConnectionMultiplexer multiplexer)
    {
        await multiplexer.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        await multiplexer.DisposeAsync().ConfigureAwait(false);
    }
}
