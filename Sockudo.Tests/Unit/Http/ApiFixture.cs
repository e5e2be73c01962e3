using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>One host with the defaults for a class of tests that do not disturb each other.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    internal ApiHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
