namespace Sockudo.Server.Transport;

/// <summary>The output loops of the process: one below eight cores, then one more for every eight. Connections are spread over them in turn.</summary>
internal sealed class OutputLoops : IDisposable
{
    private readonly OutputLoop[] _loops;
    private int _next;

    public OutputLoops(ILogger<OutputLoops>? logger = null)
        : this(Math.Max(1, Environment.ProcessorCount / 8), logger)
    {
    }

    public OutputLoops(int count, ILogger<OutputLoops>? logger = null)
    {
        _loops = new OutputLoop[count];
        for (var i = 0; i < count; i++) _loops[i] = new OutputLoop(i, logger);
    }

    /// <summary>The loop for a new connection; it keeps it for life, so its frames keep their order.</summary>
    public OutputLoop Next() => _loops[(uint)Interlocked.Increment(ref _next) % (uint)_loops.Length];

    public void Dispose()
    {
        foreach (var loop in _loops) loop.Dispose();
    }
}
