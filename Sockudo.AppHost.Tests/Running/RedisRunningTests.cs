using Xunit;

namespace Sockudo.AppHost.Tests.Running;

[Collection(nameof(RunningApplication))]
public sealed class RedisRunningTests(RunningRedis redis, ITestOutputHelper output) : RunningTests(redis, output), IClassFixture<RunningRedis>;
