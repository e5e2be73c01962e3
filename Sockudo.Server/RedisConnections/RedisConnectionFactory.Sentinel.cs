using System.Net;
using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>The way over the sentinels: ask them for the master, connect to it, and go on asking whether it still is.</summary>
/// <remarks>
/// The library's own managed connection reaches replicas when the master is dead and publishes there, and its one connection string
/// knows one password. So the sentinels are asked over a connection of their own and the master is connected to as a plain server.
/// </remarks>
internal sealed partial class RedisConnectionFactory
{
    private static readonly TimeSpan MasterCheckInterval = TimeSpan.FromSeconds(1);

    private async Task<RedisConnection> ConnectToMasterAsync(CancellationToken cancellationToken)
    {
        var sentinels = await ConnectToSentinelsAsync(cancellationToken).ConfigureAwait(false);
        RedisConnection? connection = null;
        try
        {
            var master = await MasterAsync(sentinels).WaitAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new RedisConnectionException(
                    ConnectionFailureType.UnableToConnect, CommandFlags.None, $"no sentinel of {string.Join(',', _target.Nodes)} knows a master named {_target.MasterName}");
            connection = await ConnectToAsync([master], isCluster: false, _target.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            await DemandMasterAsync(connection, master).WaitAsync(cancellationToken).ConfigureAwait(false);
            connection.Attach(new MasterWatch(this, sentinels, connection, master));
            return connection;
        }
        catch
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            await sentinels.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Task<ConnectionMultiplexer> ConnectToSentinelsAsync(CancellationToken cancellationToken)
    {
        var configuration = Configuration(_target.Nodes);
        configuration.User = _target.SentinelUsername;
        configuration.Password = _target.SentinelPassword;
        configuration.SentinelUser = null;
        configuration.SentinelPassword = null;
        configuration.DefaultDatabase = null;
        return OpenAsync(configuration, ConnectionMultiplexer.SentinelConnectAsync, cancellationToken);
    }

    private async Task<RedisNodeAddress?> MasterAsync(ConnectionMultiplexer sentinels)
    {
        foreach (var sentinel in sentinels.GetServers())
        {
            if (!sentinel.IsConnected)
            {
                continue;
            }

            try
            {
                if (await sentinel.SentinelGetMasterAddressByNameAsync(_target.MasterName).ConfigureAwait(false) is { } master)
                {
                    return Address(master);
                }
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // The next one may know.
            }
        }

        return null;
    }

    private static RedisNodeAddress? Address(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => new(ip.Address.ToString(), ip.Port),
        DnsEndPoint dns => new(dns.Host, dns.Port),
        _ => null,
    };

    // A sentinel may still name the master that died, and that one may have come back as a replica.
    private static async Task DemandMasterAsync(RedisConnection connection, RedisNodeAddress master)
    {
        var role = await connection.Multiplexer.GetServer(master.ToEndPoint()).RoleAsync().ConfigureAwait(false);
        if (role is not Role.Master)
        {
            throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, CommandFlags.None, $"{master} is a {role.Value}, not the master the sentinels say it is");
        }
    }

    /// <summary>Asks the sentinels again and again; a connection to somebody who is not the master any more is lost. Owned by its connection.</summary>
    private sealed class MasterWatch : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _loop;
        private readonly ConnectionMultiplexer _sentinels;

        public MasterWatch(RedisConnectionFactory factory, ConnectionMultiplexer sentinels, RedisConnection connection, RedisNodeAddress master)
        {
            _sentinels = sentinels;
            _loop = WatchAsync(factory, connection, master, _stopping.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await _loop.ConfigureAwait(false);
            await _sentinels.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            await _sentinels.DisposeAsync().ConfigureAwait(false);
            _stopping.Dispose();
        }

        private async Task WatchAsync(RedisConnectionFactory factory, RedisConnection connection, RedisNodeAddress master, CancellationToken stopping)
        {
            try
            {
                using var timer = new PeriodicTimer(MasterCheckInterval, factory._time);
                while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
                {
                    if (await factory.MasterAsync(_sentinels).WaitAsync(stopping).ConfigureAwait(false) is { } now && now != master)
                    {
                        connection.Fail($"the sentinels name {now} as the master in place of {master}");
                        return;
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                // The connection ended first.
            }
        }
    }
}
