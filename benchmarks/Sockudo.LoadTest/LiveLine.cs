using System.Globalization;

namespace Sockudo.LoadTest;

/// <summary>A line on standard error that says once a second how the run goes: rewritten in place on a terminal, one line each otherwise.</summary>
internal sealed class LiveLine(LoadOptions options, LoadCounters counters)
{
    private const long Second = 1_000_000_000;

    private long _shownAt = LoadCounters.Now;
    private long _lastUnits;

    /// <summary>Shows it when it is time.</summary>
    public void Show(string phase)
    {
        var now = LoadCounters.Now;
        if (!options.Live || now - _shownAt < Second) return;
        var units = counters.Delivered + counters.MembersAdded + (options.Mode == LoadMode.Http ? counters.HttpOk : 0) + (options.Mode == LoadMode.Churn ? counters.Cycles : 0);
        var rate = Math.Max(0, units - _lastUnits) * (double)Second / (now - _shownAt);
        _lastUnits = units;
        _shownAt = now;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{phase}: {counters.Ready} of {options.Connections} ready, {counters.Failed} failed, {rate:F0}/s, lost so far {Math.Max(0, counters.Expected - counters.Delivered)}, p99 {counters.Latency.Quantile(.99):F0} us");
        if (Console.IsErrorRedirected) Console.Error.WriteLine(line);
        else Console.Error.Write($"\r{line}\e[K");
    }

    /// <summary>Leaves the terminal's line.</summary>
    public void End()
    {
        if (options.Live && !Console.IsErrorRedirected) Console.Error.Write("\r\e[K");
    }
}
