using NATS.Client.Core;
using NATS.NKeys;

namespace Sockudo.Server.Backplane.Nats;

/// <summary>Opens connections to any of the NATS servers. Thread-safe.</summary>
internal sealed class NatsConnector : IBrokerConnector
{
    private readonly NatsBackplaneOptions _options;
    private readonly NatsServers _servers;
    private readonly NatsOpts _opts;
    private readonly BackplaneMetrics _metrics;
    private readonly ILogger<NatsConnector> _logger;

    // What the last server told of its cluster; replaced as a whole.
    private volatile IReadOnlyList<string> _learned = [];

    /// <exception cref="BrokerConfigurationException">No server can be reached with these options.</exception>
    public NatsConnector(NatsBackplaneOptions options, BackplaneMetrics metrics, ILogger<NatsConnector> logger)
    {
        _options = options;
        _metrics = metrics;
        _logger = logger;
        _servers = NatsServers.Parse(options.Servers);
        _opts = new NatsOpts
        {
            Name = "sockudo",
            AuthOpts = Auth(options, _servers),
            TlsOpts = Tls(options.Tls, _servers),
            ConnectTimeout = ConnectTimeout,
            CommandTimeout = ConnectTimeout,
            SubPendingChannelCapacity = options.MaxPendingMessages,
            SuppressSlowConsumerWarnings = true,
            // A lost connection is replaced before it gets that far.
            ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(500),
        };
    }

    /// <summary>Reads the options and the files they name; nothing is connected to.</summary>
    /// <exception cref="BrokerConfigurationException">No server can be reached with these options.</exception>
    public static void Check(NatsBackplaneOptions options)
    {
        var servers = NatsServers.Parse(options.Servers);
        Auth(options, servers);
        Tls(options.Tls, servers);
    }

    /// <inheritdoc/>
    public string Driver => "nats";

    /// <inheritdoc/>
    public string Address => string.Join(',', _servers.Urls);

    /// <inheritdoc/>
    /// <remarks>The default of nats-server; a connection knows its server's own.</remarks>
    public int MaxMessageBytes => 1 << 20;

    /// <inheritdoc/>
    public string MaxMessageSetting => "max_payload of nats-server";

    /// <inheritdoc/>
    public TimeSpan ConnectTimeout => TimeSpan.FromMilliseconds(_options.ConnectionTimeoutMs);

    /// <inheritdoc/>
    public async Task<IBrokerConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new NatsConnection(_opts with { Url = string.Join(',', _servers.Urls.Union(_learned)) });
        try
        {
            await connection.ConnectAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            _learned = [.. (connection.ServerInfo?.ClientConnectUrls ?? []).Select(url => (_servers.IsTls ? "tls://" : "nats://") + url)];
            return new NatsBrokerConnection(connection, Driver, MaxMessageBytes, _metrics, _logger);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static NatsAuthOpts Auth(NatsBackplaneOptions options, NatsServers servers)
    {
        if (options is { Username.Length: > 0, Password: not null })
        {
            return new NatsAuthOpts { Username = options.Username, Password = options.Password };
        }

        if (options.Token is { Length: > 0 } token)
        {
            return new NatsAuthOpts { Token = token };
        }

        if (options.CredentialsFile is { Length: > 0 } file)
        {
            return File.Exists(file)
                ? new NatsAuthOpts { CredsFile = file }
                : throw new BrokerConfigurationException($"NATS: the credentials file {file} does not exist.");
        }

        if (options.NKey is { Length: > 0 } nkey)
        {
            var seed = nkey.StartsWith("SU", StringComparison.Ordinal) && !File.Exists(nkey) ? nkey : SeedIn(nkey);
            return new NatsAuthOpts { Seed = seed, NKey = PublicKeyOf(seed) };
        }

        return new NatsAuthOpts { Username = servers.Username, Password = servers.Password, Token = servers.Token };
    }

    private static string SeedIn(string file)
    {
        try
        {
            return File.ReadLines(file).Select(static line => line.Trim()).First(static line => line.StartsWith("SU", StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new BrokerConfigurationException("NATS: nkey is neither a user's seed (SU…) nor a file that holds one.", exception);
        }
    }

    private static string PublicKeyOf(string seed)
    {
        try
        {
            using var pair = KeyPair.FromSeed(seed);
            return pair.GetPublicKey();
        }
        catch (Exception exception) when (exception is NKeysException or ArgumentException or FormatException or IndexOutOfRangeException)
        {
            throw new BrokerConfigurationException("NATS: the seed of nkey is damaged.");
        }
    }

    private static NatsTlsOpts Tls(NatsTlsOptions options, NatsServers servers)
    {
        foreach (var file in new[] { options.CaFile, options.CertificateFile, options.KeyFile })
        {
            if (file is { Length: > 0 } && !File.Exists(file))
            {
                throw new BrokerConfigurationException($"NATS TLS: the file {file} does not exist.");
            }
        }

        var isDemanded = options.Enabled ?? (servers.IsTls || options.CaFile is { Length: > 0 } || options.CertificateFile is { Length: > 0 });
        return new NatsTlsOpts
        {
            Mode = isDemanded ? TlsMode.Require : options.Enabled == false ? TlsMode.Disable : TlsMode.Auto,
            CaFile = options.CaFile,
            CertFile = options.CertificateFile,
            KeyFile = options.KeyFile,
        };
    }
}
