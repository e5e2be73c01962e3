using System.Runtime.InteropServices;

namespace Sockudo.Server.Hosting;

/// <summary>The first SIGINT or SIGTERM drains; a second one is an operator who will not wait.</summary>
internal sealed class SecondSignal : IDisposable
{
    private const int ExitCode = 130;

    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    private SecondSignal() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
    ];

    /// <summary>Watches for it until disposed.</summary>
    public static SecondSignal ExitAtOnce() => new();

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1) Environment.Exit(ExitCode);
    }
}
