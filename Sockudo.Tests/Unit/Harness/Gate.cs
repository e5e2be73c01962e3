using Microsoft.Extensions.Logging.Abstractions;
using Sockudo.Server.Apps;
using Sockudo.Server.Gateway;
using Sockudo.Server.Messaging;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.Transport;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>The doors in front of a <see cref="Node"/>, with a live output loop and a clock that stands still until it is moved.</summary>
internal sealed class Gate : IDisposable
{
    private readonly OutputLoops _loops = new(1);

    public Gate(GatewayOptions? gateway = null, WebSocketOptions? webSocket = null, IReadOnlyList<App>? apps = null, IRateLimiter? rateLimiter = null, int trustHops = 0)
    {
        Node = new Node(new MessagingOptions(), webSocket);
        Options = gateway ?? new GatewayOptions();
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        var webSocketOptions = Microsoft.Extensions.Options.Options.Create(Node.WebSocket);
        var closing = new ClosingHandshake(options, Node.Time);
        Loop = new ConnectionLoop(Node.Lifecycle, Node.Dispatcher, closing, State, webSocketOptions, Node.Time, NullLogger<ConnectionLoop>.Instance);
        Admission = new ConnectionAdmission(new MemoryAppManager(apps ?? [TestApps.Default]), Node.Metrics, options);
        var accepter = new ConnectionAccepter(
            Admission, Loop, closing, _loops, Node.Metrics, State, new WebSocketRateLimit(rateLimiter, trustHops, Node.Metrics), webSocketOptions, Node.Time);
        Deadlines = new HandshakeDeadlines(options, Node.Time);
        Door = new WebSocketDoor(accepter, Deadlines, options);
        Sweep = new ConnectionSweep(Node.Connections, Deadlines, options, webSocketOptions, Node.Time);
        Drain = new GatewayDrain(Node.Connections, State, Node.Time, NullLogger<GatewayDrain>.Instance);
    }

    public Node Node { get; }

    public GatewayOptions Options { get; }

    public GatewayState State { get; } = new();

    public ConnectionLoop Loop { get; }

    public ConnectionAdmission Admission { get; }

    public HandshakeDeadlines Deadlines { get; }

    public WebSocketDoor Door { get; }

    public ConnectionSweep Sweep { get; }

    public GatewayDrain Drain { get; }

    public OutputLoop OutputLoop() => _loops.Next();

    public void Dispose()
    {
        _loops.Dispose();
        Node.Dispose();
    }
}
