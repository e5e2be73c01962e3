using Microsoft.Extensions.Logging;

namespace Sockudo.Tests.Cluster;

/// <summary>The errors nodes said.</summary>
internal sealed class LogTap : ILoggerProvider, ILogger
{
    public List<string> Errors { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error) Errors.Add(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
