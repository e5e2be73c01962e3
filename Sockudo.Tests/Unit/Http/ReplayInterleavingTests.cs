using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Caching;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>
/// One signature, sent again and again: of all its acceptances, on whichever nodes, at whichever times, there is one at most. Between the
/// reading of the clock, by which a request's age is judged, and the claim any time may pass; clocks differ and are set; nodes start anew
/// where a shared store remembers. A claim has no way to be given up, so an abort is a claim whose answer nobody waits for.
/// </summary>
public sealed class ReplayInterleavingTests(ITestOutputHelper output)
{
    private const string Signature = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const int Tolerance = ApiSignature.ToleranceSeconds;
    private static readonly DateTimeOffset Timestamp = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_sum_of_acceptances_is_one_at_most(int nodes)
    {
        const int Runs = 4_000;
        var (accepted, claims) = (0, 0);
        for (var seed = 0; seed < Runs; seed++)
        {
            var run = new Run(new Random(seed), nodes);
            await run.RunAsync();
            claims += run.Claims;
            accepted += run.Accepted;
            Assert.True(run.Accepted <= 1, $"seed {seed}: accepted {run.Accepted} times:\n{string.Join('\n', run.Log)}");
        }

        output.WriteLine($"{Runs} runs on {nodes} nodes: {claims} claims within the tolerance of the node's clock, {accepted} accepted.");
        Assert.InRange(accepted, Runs / 2, Runs);
    }

    private sealed class Run
    {
        private static readonly int[] Edges = [-Tolerance, 0, Tolerance, Tolerance + 1, ReplayProtection.KeptSeconds, ReplayProtection.KeptSeconds + 1, 2 * Tolerance];

        private readonly Random _random;
        private readonly FakeTimeProvider _clock = new(Timestamp.AddSeconds(-3 * Tolerance)); // the store's
        private readonly ICache _cache; // one node alone has none that is shared
        private readonly IReplayStore[] _nodes;
        private readonly TimeSpan[] _ahead;

        public Run(Random random, int nodes)
        {
            _random = random;
            _cache = nodes == 1 ? new LocalCache(1, _clock) : new StoreCache(_clock);
            _nodes = [.. Enumerable.Range(0, nodes).Select(_ => Start())];
            _ahead = [.. Enumerable.Range(0, nodes).Select(_ => Skew())];
        }

        public List<string> Log { get; } = [];

        public int Claims { get; private set; }

        public int Accepted { get; private set; }

        public async Task RunAsync()
        {
            var waiting = new List<(double At, int Node, DateTimeOffset Read)>();
            var steps = Enumerable.Range(0, 24).Select(_ => Edges[_random.Next(Edges.Length)] + (_random.NextDouble() * 8) - 4 + (_random.Next(4) == 0 ? _random.Next(-300, 300) : 0)).Order();
            foreach (var step in steps)
            {
                foreach (var claim in waiting.Where(claim => claim.At <= step).OrderBy(static claim => claim.At).ToArray())
                {
                    waiting.Remove(claim);
                    await ClaimAsync(claim.At, claim.Node, claim.Read);
                }

                MoveTo(step);
                var node = _random.Next(_nodes.Length);
                if (_random.Next(8) == 0) _ahead[node] = Skew();
                if (_random.Next(16) == 0 && _nodes.Length > 1) _nodes[node] = Start();
                await OthersAsync(node);
                waiting.Add((step + (_random.Next(3) == 0 ? _random.NextDouble() * 120 : 0), node, _clock.GetUtcNow() + _ahead[node]));
            }

            foreach (var claim in waiting.OrderBy(static claim => claim.At)) await ClaimAsync(claim.At, claim.Node, claim.Read);
        }

        // As SignedRoutes does it, the claim later by whatever time.
        private async Task ClaimAsync(double at, int node, DateTimeOffset read)
        {
            MoveTo(at);
            var query = RequestQuery.Parse($"auth_timestamp={Timestamp.ToUnixTimeSeconds()}")!;
            if (ApiSignature.CheckTimestamp(query, read) is not null) return;
            Claims++;
            var verdict = await _nodes[node].TryAddAsync(ApiHost.App, Signature, Timestamp.AddSeconds(ReplayProtection.KeptSeconds), read);
            Log.Add($"{at:0.0} s: node {node}, which read {(read - Timestamp).TotalSeconds:0.0} s: {verdict}");
            if (verdict == ReplayVerdict.First) Accepted++;
        }

        // Another request makes the node drop what is over by its clock.
        private async Task OthersAsync(int node)
        {
            var now = _clock.GetUtcNow() + _ahead[node];
            await _nodes[node].TryAddAsync(ApiHost.App, Convert.ToHexStringLower(BitConverter.GetBytes(_random.NextInt64())), now.AddSeconds(_random.Next(1, 1260)), now);
        }

        private void MoveTo(double seconds)
        {
            var to = Timestamp.AddSeconds(seconds);
            if (to > _clock.GetUtcNow()) _clock.SetUtcNow(to);
        }

        private SharedReplayStore Start() => new(new MemoryReplayStore(1 << 20), _cache);

        private TimeSpan Skew() => TimeSpan.FromSeconds(_random.Next(3) switch { 0 => 0, 1 => _random.Next(-3, 4), _ => _random.Next(-400, 400) });
    }
}
