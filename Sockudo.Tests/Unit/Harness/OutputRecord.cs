using Sockudo.Server.Transport;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>Counts what the output side reports.</summary>
internal sealed class OutputRecord : IOutputObserver
{
    private int _frames;
    private int _bytes;
    private int _failures;

    public int Frames => Volatile.Read(ref _frames);

    public int Bytes => Volatile.Read(ref _bytes);

    public int Failures => Volatile.Read(ref _failures);

    public void OnSent(int frames, int bytes)
    {
        Interlocked.Add(ref _frames, frames);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void OnOutputFailed() => Interlocked.Increment(ref _failures);
}
