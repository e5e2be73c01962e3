using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Metrics;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>A backplane with what it received and what it reported.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly ServerMetrics _metrics = new();
    private readonly TestLog _log;
    private readonly Lock _gate = new();
    private readonly List<BackplaneState> _states = [];

    public TestNode(BrokerDeployment broker, string name, int? proxyPort = null)
    {
        _log = new TestLog(name);
        var metrics = new BackplaneMetrics(_metrics);
        Backplane = new ReconnectingBackplane(
            broker.Connect(metrics, _log, proxyPort), metrics, TimeProvider.System, _log.CreateLogger<ReconnectingBackplane>());
        Backplane.StateChanged += state =>
        {
            lock (_gate)
            {
                _states.Add(state);
            }
        };
    }

    public IBackplane Backplane { get; }

    public string Log => _log.Text;

    public System.Diagnostics.Metrics.Meter Meter => _metrics.Meter;

    public IReadOnlyList<BackplaneState> States
    {
        get
        {
            lock (_gate)
            {
                return [.. _states];
            }
        }
    }

    public async Task<TestNode> StartAsync()
    {
        await Backplane.StartAsync(CancellationToken.None);
        await IsAsync(BackplaneState.Connected);
        return this;
    }

    public Task IsAsync(BackplaneState state) =>
        Eventually.TrueAsync(() => Backplane.State == state, $"{_log.Name} is {state}", Deadline);

    public async Task<Inbox> SubscribeAsync(string topic)
    {
        var inbox = new Inbox();
        await Backplane.SubscribeAsync(topic, inbox.Take, CancellationToken.None);
        return inbox;
    }

    public ValueTask<PublishResult> PublishAsync(string topic, int publisher, int number, int size = 12, TimeSpan? deadline = null) =>
        Backplane.PublishAsync(topic, Message(publisher, number, size), deadline ?? TimeSpan.FromSeconds(5));

    /// <summary>Probes published so far.</summary>
    public int ProbesSent { get; private set; }

    /// <summary>Publishes until it reaches all of these. Returns how long that took.</summary>
    public async Task<TimeSpan> ReachesAsync(string topic, params Inbox[] inboxes)
    {
        var started = Stopwatch.GetTimestamp();
        var probe = Random.Shared.Next();
        await Eventually.TrueAsync(
            async () =>
            {
                ProbesSent++;
                await PublishAsync(topic, Inbox.Probe, probe, deadline: TimeSpan.FromMilliseconds(500));
                return inboxes.All(inbox => inbox.GotProbe(probe));
            },
            "a message reaches all",
            Deadline);
        return Stopwatch.GetElapsedTime(started);
    }

    public async ValueTask DisposeAsync()
    {
        await Backplane.DisposeAsync();
        _metrics.Dispose();
    }

    private static byte[] Message(int publisher, int number, int size)
    {
        var message = new byte[Math.Max(12, size)];
        BinaryPrimitives.WriteInt32LittleEndian(message, publisher);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), number);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), message.Length);
        message.AsSpan(12).Fill((byte)number);
        return message;
    }
}
