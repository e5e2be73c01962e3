using System.Globalization;
using System.Net;

namespace Sockudo.LoadTest;

/// <summary>The command line: the same names and defaults as the reference generator, and a few more.</summary>
internal sealed class LoadOptions
{
    public LoadMode Mode { get; private set; } = LoadMode.Fanout;
    public IPAddress Host { get; private set; } = IPAddress.Loopback;
    public IReadOnlyList<int> Ports { get; private set; } = [6001];
    public IReadOnlyList<int> PublishPorts { get; private set; } = [];
    public IReadOnlyList<int> ProcessIds { get; private set; } = [];
    public string AppId { get; private set; } = "app-id";
    public string Key { get; private set; } = "app-key";
    public string Secret { get; private set; } = "app-secret";
    public string Channel { get; private set; } = "bench";
    public string Label { get; private set; } = "";
    public int Connections { get; private set; } = 1000;
    public int Channels { get; private set; } = 1;
    public int Subscriptions { get; private set; } = 1;
    public int Size { get; private set; } = 100;
    public int Window { get; private set; } = 4;
    public int Handshakes { get; private set; } = 256;
    public int Sources { get; private set; } = 4;
    public int PollMicroseconds { get; private set; } = 200;
    public int Publishers { get; private set; } = 16;
    public int Batch { get; private set; } = 1;
    public long Messages { get; private set; }
    public double Rate { get; private set; }
    public double Duration { get; private set; } = 5;
    public double WarmUp { get; private set; } = 1;
    public double Settle { get; private set; } = 0.3;
    public double Drain { get; private set; } = 5;
    public double Timeout { get; private set; } = 60;
    public bool Live { get; private set; } = true;

    /// <summary>The help text.</summary>
    public const string Usage = """
        Sockudo.LoadTest - Pusher-protocol load over the wire (one thread, epoll; Linux)
        usage: Sockudo.LoadTest --mode MODE [options]    one JSON line on stdout, a live line on stderr
        modes
          fanout     C subscribers over K channels; publish through the HTTP API; count deliveries
          client     C/2 sender-receiver pairs on private channels exchanging client events
          storm      connect and subscribe C connections as fast as possible, then close them all
          churn      C slots connecting, subscribing and closing continuously for --duration
          subscribe  C connections subscribing and unsubscribing, --rate cycles a second (0: as fast as they are answered)
          presence   C members join K presence channels; count member_added events
          http       publish only, to a channel with no subscriber, --pub-conns requests in flight
          idle       connect C, wait --settle, report server memory per connection, then close them all
        target
          --host H (127.0.0.1)      --ports P[,P..] (6001)    connections are spread round robin over the nodes
          --pub-ports P[,P..]       HTTP API ports (default: --ports)
          --app-id ID (app-id)      --key K (app-key)         --secret S (app-secret)
          --pids PID[,PID..]        server processes to take CPU time and resident memory from
        load
          --conns C (1000)   --channels K (1)   --channel NAME (bench)   --size P (100) payload bytes
          --subs N (1)       channels a connection subscribes to, K in turn
          --rate R           publishes per second, open loop, latency from the scheduled time
          --window W (4)     used when --rate is absent: closed loop, at most W undelivered publishes
          --messages M       stop after M publishes (default: run for --duration seconds (5))
          --warmup S (1)     unmeasured publishing first        --drain S (5) wait for late deliveries
          --pub-conns N (16) keep-alive HTTP connections        --batch B (1) events a request (batch_events)
          --inflight N (256) handshakes in progress at a time   --srcs N (4)  source addresses 127.0.0.1..N
          --poll US (200)    read in turns of US microseconds instead of sleeping in epoll: the server then pays no
                             wake-up of this process per send, as with remote clients; adds up to US to a latency.
                             0 sleeps in epoll: use it to measure latency at low rates
          --settle S (0.3)   pause after connecting             --timeout S (60) for connecting all
          --label TEXT       copied into the result             --live 0|1 (1)  the line on stderr
        exit status: 0; 1 when connections failed or deliveries were lost; 2 for a wrong command line
        """;

    /// <summary>The path of the WebSocket handshake.</summary>
    public string SocketPath => $"/app/{Key}?protocol=7&client=bench&version=1";

    /// <summary>The path of a publish.</summary>
    public string PublishPath => $"/apps/{AppId}/{(Batch > 1 ? "batch_events" : "events")}";

    /// <summary>Reads the arguments. Throws <see cref="ArgumentException"/> with a sentence for the user.</summary>
    public static LoadOptions Parse(string[] arguments)
    {
        var options = new LoadOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length) throw new ArgumentException($"{arguments[i]} needs a value (see --help)");
            options.Set(arguments[i], arguments[i + 1]);
        }

        options.Complete();
        return options;
    }

    private void Set(string name, string value)
    {
        switch (name)
        {
            case "--mode": Mode = ModeOf(value); break;
            case "--host": Host = IPAddress.TryParse(value, out var host) ? host : throw new ArgumentException("--host must be an IPv4 address"); break;
            case "--ports": Ports = Integers(name, value); break;
            case "--pub-ports": PublishPorts = Integers(name, value); break;
            case "--pids": ProcessIds = Integers(name, value); break;
            case "--app-id": AppId = value; break;
            case "--key": Key = value; break;
            case "--secret": Secret = value; break;
            case "--proto": if (value != "pusher") throw new ArgumentException("--proto: only pusher is spoken here"); break;
            case "--channel": Channel = value; break;
            case "--label": Label = value; break;
            case "--conns": Connections = Integer(name, value, 1); break;
            case "--channels": Channels = Integer(name, value, 1); break;
            case "--subs": Subscriptions = Integer(name, value, 1); break;
            case "--size": Size = Integer(name, value, 0); break;
            case "--window": Window = Integer(name, value, 1); break;
            case "--inflight": Handshakes = Integer(name, value, 1); break;
            case "--srcs": Sources = Integer(name, value, 1); break;
            case "--poll": PollMicroseconds = Integer(name, value, 0); break;
            case "--pub-conns": Publishers = Integer(name, value, 1); break;
            case "--batch": Batch = Integer(name, value, 1); break;
            case "--messages": Messages = Integer(name, value, 0); break;
            case "--rate": Rate = Number(name, value); break;
            case "--duration": Duration = Number(name, value); break;
            case "--warmup": WarmUp = Number(name, value); break;
            case "--settle": Settle = Number(name, value); break;
            case "--drain": Drain = Number(name, value); break;
            case "--timeout": Timeout = Number(name, value); break;
            case "--live": Live = Integer(name, value, 0) != 0; break;
            default: throw new ArgumentException($"unknown option {name} (see --help)");
        }
    }

    private void Complete()
    {
        Size = Math.Max(Size, 24);
        if (PublishPorts.Count == 0) PublishPorts = Ports;
        if (Mode == LoadMode.Http) Connections = 0;
        if (Mode is LoadMode.Client or LoadMode.Presence) Subscriptions = 1;
        if (Mode == LoadMode.Client)
        {
            Connections &= ~1;
            Channels = Math.Max(1, Connections / 2);
        }
    }

    private static LoadMode ModeOf(string value) =>
        Enum.TryParse<LoadMode>(value, ignoreCase: true, out var mode) ? mode : throw new ArgumentException($"unknown mode {value} (see --help)");

    private static int[] Integers(string name, string value) => [.. value.Split(',').Select(part => Integer(name, part, 1))];

    private static int Integer(string name, string value, int least) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new ArgumentException($"{name} must be an integer of at least {least}, not '{value}'");

    private static double Number(string name, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"{name} must be a number of at least 0, not '{value}'");
}

/// <summary>What is done to the server.</summary>
internal enum LoadMode
{
    Fanout,
    Client,
    Storm,
    Churn,
    Subscribe,
    Presence,
    Http,
    Idle,
}
