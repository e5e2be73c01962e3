using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Hosting;
using Sockudo.Server.Http;
using Sockudo.Tests.Unit.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Hosting;

/// <summary>The public <c>/ready</c> gives no reason, so the log must.</summary>
public sealed class ReadinessLogTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeReadiness _readiness = new();
    private readonly Lines _lines = new();
    private readonly ReadinessLog _log;

    public ReadinessLogTests() => _log = new ReadinessLog(_readiness, _clock, _lines);

    [Fact]
    public void The_reason_is_said_once_when_it_has_lasted_and_the_end_of_it_too()
    {
        _readiness.Current = new Readiness(ReadinessState.Unhealthy, "node a1 (web-2) does not hear this node");
        Look(seconds: 20);
        _readiness.Current = new Readiness(ReadinessState.Ready);
        Look(seconds: 20);

        Assert.Equal(
            ["Warning: The server is not ready: node a1 (web-2) does not hear this node", "Information: The server is ready again after 20 s"], _lines.Written);
    }

    [Fact]
    public void A_moment_of_it_is_no_news()
    {
        _readiness.Current = new Readiness(ReadinessState.Unhealthy, "the node has not joined the cluster yet");
        Look(seconds: 4);
        _readiness.Current = new Readiness(ReadinessState.Ready);
        Look(seconds: 60);

        Assert.Empty(_lines.Written);
    }

    [Theory]
    [InlineData(ReadinessState.Starting)]
    [InlineData(ReadinessState.Draining)]
    public void A_start_and_a_stop_say_nothing_here(object state)
    {
        _readiness.Current = new Readiness((ReadinessState)state, "of no interest");
        Look(seconds: 60);

        Assert.Empty(_lines.Written);
    }

    private void Look(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _log.Look();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private sealed class Lines : ILogger<ReadinessLog>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
