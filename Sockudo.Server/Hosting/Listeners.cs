using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Sockudo.Server.Gateway;
using Sockudo.Server.Http;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Kestrel's listeners, built from our addresses alone: Listen, then TLS, then the WebSocket door, HTTP/1.1 only. With endpoint
/// defaults the door would stand in front of TLS and see ciphertext.
/// </summary>
internal sealed partial class Listeners(
    IOptions<ListenerOptions> listenerOptions,
    IOptions<MetricsOptions> metrics,
    IOptions<HttpApiOptions> httpApi,
    IOptions<GatewayOptions> gateway,
    WebSocketDoor door,
    ServerMetrics serverMetrics,
    TimeProvider time,
    ILogger<Listeners> logger)
{
    // Probes and scrapes, out of the descriptors that are kept back: an operator can look while the public listeners are full.
    private const long MetricsConnections = 64;

    // Of the room of the public listeners: whoever fills the redirecting one leaves the rest to those that serve.
    private const long RedirectConnections = 256;

    private readonly ListenerOptions _options = listenerOptions.Value;
    private readonly ConnectionLimit _limit = new(DescriptorLimit.Read()?.Room, MetricLabels.ErrorType.DescriptorsUsedUp, serverMetrics, time, logger);
    private readonly ConnectionLimit _metricsLimit = new(MetricsConnections, MetricLabels.ErrorType.ListenerFull, serverMetrics, time, logger);
    private readonly ConnectionLimit _redirectLimit = new(RedirectConnections, MetricLabels.ErrorType.ListenerFull, serverMetrics, time, logger);
    private readonly WaitingConnections _metricsWaiting = new(TimeSpan.FromMilliseconds(gateway.Value.HandshakeTimeoutMs), time);
    private readonly WaitingConnections _redirectWaiting = new(TimeSpan.FromMilliseconds(gateway.Value.HandshakeTimeoutMs), time);

    /// <summary>Sets up every listener of the configuration.</summary>
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // The API refuses at its own limit, with an answer. Kestrel's is only the bound of what it reads away behind that answer: a
        // connection that is cut with bytes unread loses the answer too.
        kestrel.Limits.MaxRequestBodySize = httpApi.Value.RequestLimitBytes * 4;
        kestrel.Limits.RequestHeadersTimeout = HandshakeTimeout;
        var certificate = _options.Addresses.Any(static address => address.IsTls) ? new TlsCertificate(_options.Ssl, HandshakeTimeout, time, logger) : null;
        foreach (var address in _options.Addresses) Listen(kestrel, address, listen => Public(listen, address, certificate));
        if (metrics.Value.Enabled) Listen(kestrel, new ListenerAddress("http", metrics.Value.Host, metrics.Value.Port), listen => Marked(listen, ListenerRole.Metrics, _metricsLimit, _metricsWaiting));
        if (RedirectAddress is { } redirect)
        {
            Listen(kestrel, redirect, listen =>
            {
                Marked(listen, ListenerRole.Redirect, _redirectLimit, _redirectWaiting);
                listen.Use(next => _limit.Guard(next));
            });
        }
    }

    /// <summary>Ends connections of the listeners without a WebSocket door that wait too long; the door's are ended by its own deadlines.</summary>
    public void Sweep()
    {
        _metricsWaiting.Sweep();
        _redirectWaiting.Sweep();
    }

    private TimeSpan HandshakeTimeout => TimeSpan.FromMilliseconds(gateway.Value.HandshakeTimeoutMs);

    private ListenerAddress? RedirectAddress => _options.Ssl is { Enabled: true, RedirectHttp: true } ssl && !_options.UnixSocket.Enabled
        ? new ListenerAddress("http", _options.Addresses.FirstOrDefault(static address => address.IsTls).Host ?? _options.Host, ssl.HttpPort ?? 80)
        : null;

    private void Public(ListenOptions listen, ListenerAddress address, TlsCertificate? certificate)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => _limit.Guard(next));
        if (address.IsTls) listen.UseHttps(certificate!.CallbackOptions());
        listen.Use(next => context => door.OnConnectionAsync(context, next));
    }

    private static void Marked(ListenOptions listen, ListenerRole role, ConnectionLimit limit, WaitingConnections waiting)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => limit.Guard(next, waiting));
        listen.Use(waiting.Guard);
        var feature = new ListenerRoleFeature(role);
        listen.Use(next => context =>
        {
            feature.Mark(context);
            return next(context);
        });
    }

    private void Listen(KestrelServerOptions kestrel, ListenerAddress address, Action<ListenOptions> configure)
    {
        if (address.IsUnixSocket)
        {
            UnixSocketFile.Prepare(address.Host);
            kestrel.ListenUnixSocket(address.Host, configure);
        }
        else if (address.Host is "*") kestrel.ListenAnyIP(address.Port, configure);
        else if (address.Host is "localhost" && address.Port != 0) kestrel.ListenLocalhost(address.Port, configure);
        else kestrel.Listen(Resolve(address.Host), address.Port, configure);
    }

    private IPAddress Resolve(string host)
    {
        if (IPAddress.TryParse(host, out var address)) return address;
        try
        {
            var found = Dns.GetHostAddresses(host);
            if (found.Length > 0) return Array.Find(found, static a => a.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
        }
        catch (SocketException)
        {
            // Said below.
        }

        LogUnresolvable(host);
        return IPAddress.Loopback;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The host name {Host} cannot be resolved: listening on 127.0.0.1 instead. Set an address, or a name this machine knows")]
    private partial void LogUnresolvable(string host);
}
