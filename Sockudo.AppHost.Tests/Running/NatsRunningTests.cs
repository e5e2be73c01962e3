using Xunit;

namespace Sockudo.AppHost.Tests.Running;

[Collection(nameof(RunningApplication))]
public sealed class NatsRunningTests(RunningNats nats, ITestOutputHelper output) : RunningTests(nats, output), IClassFixture<RunningNats>;
