using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Integration.Soak;

/// <summary>A population of sockets that is kept full while its members act and die.</summary>
internal sealed class SoakLoad(SockudoServer server, TestApp app, int sockets, int seed) : IAsyncDisposable
{
    private const int Workers = 40;
    private const int NeverReadsOneIn = 25;

    private static readonly Death[] Deaths = Enum.GetValues<Death>();
    // Many times what the server's idle timeout and its close take.
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<Death, int> _deaths = new();
    private readonly ConcurrentQueue<(SoakClient Client, long LeftAt)> _leftOpen = [];
    private int _opened;
    private int _refused;
    private int _cutOff;
    private int _unnoticed;

    public int Opened => _opened;

    public IReadOnlyDictionary<Death, int> DeathsByKind => _deaths;

    /// <summary>Connections that were left open and that the server had not ended half a minute later.</summary>
    public int Unnoticed => _unnoticed;

    /// <summary>What happened, in a line.</summary>
    public string Summary =>
        $"{_opened} opened, {_refused} not, {_cutOff} cut off by the server; {string.Join(", ", _deaths.OrderBy(static pair => pair.Key).Select(static pair => $"{pair.Value} {pair.Key}"))}";

    /// <summary>Runs so long and lets everybody die at the end; those that are left open stay so.</summary>
    public async Task RunAsync(TimeSpan duration)
    {
        using var end = new CancellationTokenSource(duration);
        await Task.WhenAll([PublishAsync(end.Token), BuryAsync(end.Token), .. Enumerable.Range(0, Workers).Select(worker => WorkAsync(new Random(seed + worker), end.Token))]);
    }

    /// <summary>Ends what was left open, which the server should have done long before.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var (client, _) in _leftOpen) await client.DisposeAsync();
    }

    /// <summary>Lets go of connections that were left open, once the server must have ended them: a long run would use up the descriptors of the tests.</summary>
    private async Task BuryAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await NextAsync(timer, end))
        {
            while (_leftOpen.TryPeek(out var left) && Stopwatch.GetElapsedTime(left.LeftAt) > NoticedWithin)
            {
                _leftOpen.TryDequeue(out left);
                if (!left.Client.HasEnded()) Interlocked.Increment(ref _unnoticed);
                await left.Client.DisposeAsync();
            }
        }
    }

    private async Task PublishAsync(CancellationToken end)
    {
        var data = new string('x', 8 * 1024);
        using var timer = new PeriodicTimer(Pace / 3);
        while (await NextAsync(timer, end)) await server.Api(app).PublishAsync(SoakClient.Flood, "flooded", data);
    }

    private async Task WorkAsync(Random random, CancellationToken end)
    {
        var slots = new (SoakClient? Client, bool Reads)[sockets / Workers];
        using var timer = new PeriodicTimer(Pace);
        for (var i = 0; i < slots.Length; i++) slots[i] = await OpenAsync(random);
        while (await NextAsync(timer, end))
        {
            var slot = random.Next(slots.Length);
            if (slots[slot].Client is null) slots[slot] = await OpenAsync(random);
            else if (slots[slot].Reads && random.Next(3) == 0) slots[slot] = await DieAsync(slots[slot].Client!, Deaths[random.Next(Deaths.Length)]);
            else if (!await TryAsync(() => slots[slot].Client!.ActAsync(random, slots[slot].Reads))) slots[slot] = await CutOffAsync(slots[slot].Client!);
        }

        foreach (var (client, reads) in slots)
            if (client is not null)
                await DieAsync(client, reads ? Deaths[random.Next(Deaths.Length)] : Death.Silent);
    }

    private async Task<(SoakClient?, bool)> OpenAsync(Random random)
    {
        var neverReads = random.Next(NeverReadsOneIn) == 0;
        SoakClient? client = null;
        if (await TryAsync(async () => client = await SoakClient.OpenAsync(server, app, random, neverReads))) Interlocked.Increment(ref _opened);
        else Interlocked.Increment(ref _refused);
        return (client, !neverReads);
    }

    private async Task<(SoakClient?, bool)> DieAsync(SoakClient client, Death death)
    {
        var isLeftOpen = false;
        if (!await TryAsync(async () => isLeftOpen = await client.DieAsync(death))) return await CutOffAsync(client);
        _deaths.AddOrUpdate(death, 1, static (_, count) => count + 1);
        if (isLeftOpen) _leftOpen.Enqueue((client, Stopwatch.GetTimestamp()));
        return default;
    }

    private async Task<(SoakClient?, bool)> CutOffAsync(SoakClient client)
    {
        Interlocked.Increment(ref _cutOff);
        await client.DisposeAsync();
        return default;
    }

    /// <summary>False when the connection was gone, which in this load is nobody's mistake.</summary>
    private static async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or TimeoutException or InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken end)
    {
        try
        {
            return await timer.WaitForNextTickAsync(end);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
