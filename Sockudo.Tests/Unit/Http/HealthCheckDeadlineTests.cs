using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Apps;
using Sockudo.Server.Http;
using Xunit;
using ServerChecks = Sockudo.Server.Http.HealthChecks;

namespace Sockudo.Tests.Unit.Http;

public sealed class HealthCheckDeadlineTests
{
    [Fact]
    public async Task An_app_store_that_does_not_answer_in_time_is_an_error()
    {
        var clock = new FakeTimeProvider();
        var checks = new ServerChecks(new SilentApps(), new FakeAdapter(), clock, NullLogger<ServerChecks>.Instance);
        var check = checks.OfServerAsync(CancellationToken.None).AsTask();
        Assert.False(check.IsCompleted);

        clock.Advance(ServerChecks.Limit);

        Assert.Equal(HealthResult.Error, await check);
    }

    private sealed class SilentApps : IAppManager
    {
        public ValueTask<App?> FindByIdAsync(string id, CancellationToken cancellationToken) => new(new TaskCompletionSource<App?>().Task);

        public ValueTask<App?> FindByKeyAsync(string key, CancellationToken cancellationToken) => new(new TaskCompletionSource<App?>().Task);

        public ValueTask<IReadOnlyList<App>> ListAsync(CancellationToken cancellationToken) => new(new TaskCompletionSource<IReadOnlyList<App>>().Task);
    }
}
