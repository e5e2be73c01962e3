using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>The limits' cases, on a server that takes messages of 16 MiB.</summary>
public sealed class LimitConformanceTests(LimitConformanceTests.LargeMessages server) : IClassFixture<LimitConformanceTests.LargeMessages>
{
    public static TheoryData<string> Limits => CaseCatalogue.Names("limits");

    [Theory, MemberData(nameof(Limits))]
    public Task Messages_up_to_the_limit_arrive(string name) => CaseRun.ExecuteAsync(server.Server, LargeMessages.App, CaseCatalogue.Find(name));

    [Fact]
    public async Task A_byte_more_is_closed_with_1009()
    {
        var @case = new ConformanceCase("over", "a message of 16 MiB and a byte", Steps.Send(Wire.Text(new byte[(LimitCases.MaxPayloadKb * 1024) + 1])), Steps.Closed(1009));
        await CaseRun.ExecuteAsync(server.Server, LargeMessages.App, @case);
    }

    public sealed class LargeMessages : IAsyncLifetime
    {
        public static readonly TestApp App = new("large") { Settings = new Dictionary<string, object> { ["max_event_payload_in_kb"] = LimitCases.MaxPayloadKb } };

        public SockudoServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Server = await SockudoServer.StartAsync(new ServerSetup { Apps = [App] }.Set("websocket_max_payload_kb", LimitCases.MaxPayloadKb));

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
