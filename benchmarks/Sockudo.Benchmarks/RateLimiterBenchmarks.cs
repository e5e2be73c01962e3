using BenchmarkDotNet.Attributes;
using Sockudo.Server.RateLimiting;

namespace Sockudo.Benchmarks;

/// <summary>What a limit costs a request in memory: the bar is 5 us (docs/performance.md).</summary>
[MemoryDiagnoser]
public class RateLimiterBenchmarks
{
    private readonly MemoryRateLimiter _limiter = new(int.MaxValue, TimeSpan.FromSeconds(60), TimeProvider.System);
    private string[] _addresses = [];
    private int _next;

    /// <summary>Addresses that hit in turns.</summary>
    [Params(1, 10_000)]
    public int Addresses { get; set; }

    [GlobalSetup]
    public async Task FillAsync()
    {
        _addresses = [.. Enumerable.Range(0, Addresses).Select(static i => $"10.0.{i / 256}.{i % 256}")];
        foreach (var address in _addresses) await _limiter.HitAsync(address, CancellationToken.None);
    }

    [Benchmark]
    public bool Hit()
    {
        var hit = _limiter.HitAsync(_addresses[_next++ % _addresses.Length], CancellationToken.None);
        return hit.IsCompletedSuccessfully && hit.Result.Allowed;
    }
}
