using System.Globalization;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Unit.Configuration;
using Xunit;

namespace Sockudo.Tests.Integration.Migration;

/// <summary>
/// The example configurations of the servers one comes from, written anew from their public documentation, through this server as
/// docs/migrate-from-*.md say: checked, started, and connected to with the credentials that were taken over.
/// </summary>
public sealed class MigrationExampleTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, string> ReverbEnvironment = new()
    {
        ["BROADCAST_CONNECTION"] = "reverb",
        ["REVERB_APP_ID"] = "my",
        ["REVERB_APP_KEY"] = "my-key",
        ["REVERB_APP_SECRET"] = "my-secret",
        ["REVERB_HOST"] = "localhost",
        ["REVERB_PORT"] = "8080",
        ["REVERB_SCHEME"] = "http",
    };

    private static readonly Dictionary<string, string> SoketiEnvironment = new()
    {
        ["SOKETI_DEBUG"] = "1",
        ["SOKETI_DEFAULT_APP_ID"] = "my",
        ["SOKETI_DEFAULT_APP_KEY"] = "my-key",
        ["SOKETI_DEFAULT_APP_SECRET"] = "my-secret",
        ["SOKETI_DEFAULT_APP_ENABLE_CLIENT_MESSAGES"] = "true",
        ["SOKETI_METRICS_SERVER_PORT"] = "9601",
    };

    private static readonly TestApp My = new("my");

    [Fact]
    public async Task Reverbs_environment_starts_by_the_pages_command()
    {
        var command = ShellExample.Of("migrate-from-reverb.md", "## Steps").Replace("PORT=8080", "PORT={port}", StringComparison.Ordinal);
        await using var server = ShellExample.Start(command, ReverbEnvironment);
        await ConnectsAsync(server, My);
    }

    [Fact]
    public async Task Reverbs_scaling_over_the_URL_of_Laravels_Redis_is_one_more_variable()
    {
        var redis = new RedisServer();
        await using (redis)
        {
            await redis.StartAsync();
            var environment = new Dictionary<string, string>(ReverbEnvironment)
            {
                ["REVERB_SCALING_ENABLED"] = "true",
                ["REDIS_URL"] = string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{redis.Port}"),
            };
            var command = ShellExample.Of("migrate-from-reverb.md", "## Steps").Replace("PORT=8080", "ADAPTER_DRIVER=redis PORT={port}", StringComparison.Ordinal);
            await using var server = ShellExample.Start(command, environment);
            await ConnectsAsync(server, My);
            Assert.Contains("adapter redis", server.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pushers_credentials_start_by_the_pages_command()
    {
        var command = ShellExample.Of("migrate-from-pusher.md", "## Steps")
            .Replace("_ID=…", "_ID=my", StringComparison.Ordinal).Replace("_KEY=…", "_KEY=my-key", StringComparison.Ordinal).Replace("_SECRET=…", "_SECRET=my-secret", StringComparison.Ordinal);
        await using var server = ShellExample.Start(command);
        await ConnectsAsync(server, My);
    }

    [Fact]
    public async Task Soketis_environment_is_answered_variable_by_variable()
    {
        await using var check = ShellExample.Start(
            "Sockudo.Server check", new Dictionary<string, string>(SoketiEnvironment) { ["SOCKUDO_DEFAULT_APP_ID"] = "my", ["SOCKUDO_DEFAULT_APP_KEY"] = "my-key", ["SOCKUDO_DEFAULT_APP_SECRET"] = "my-secret" });
        Assert.True(await check.ExitAsync() == 0, check.Output);
        Assert.All(SoketiEnvironment.Keys, name => Assert.Contains(name, check.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Soketis_environment_starts_under_the_names_of_the_pages_table()
    {
        await using var server = ShellExample.Start(
            """
            SOCKUDO_DEFAULT_APP_ID=$SOKETI_DEFAULT_APP_ID SOCKUDO_DEFAULT_APP_KEY=$SOKETI_DEFAULT_APP_KEY SOCKUDO_DEFAULT_APP_SECRET=$SOKETI_DEFAULT_APP_SECRET \
            SOCKUDO_ENABLE_CLIENT_MESSAGES=$SOKETI_DEFAULT_APP_ENABLE_CLIENT_MESSAGES DEBUG_MODE=$SOKETI_DEBUG Sockudo.Server
            """,
            SoketiEnvironment);
        await ConnectsAsync(server, My);
    }

    [Fact]
    public async Task Soketis_file_without_a_change_is_refused_with_what_is_meant()
    {
        const string Theirs =
            """
            { "debug": true, "port": 6002, "appManager.array.apps": [ { "id": "my", "key": "my-key", "secret": "my-secret", "webhooks": [ { "url": "https://example.com/hook", "event_types": ["channel_occupied"] } ] } ] }
            """;
        await using var check = ShellExample.Start("Sockudo.Server check --config soketi.json", files: ("soketi.json", Theirs));
        Assert.Equal(1, await check.ExitAsync());
        Assert.Contains("app_manager.array.apps", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_that_Sockudo_ships_passes_the_pages_check_and_starts()
    {
        var file = ("your-config.json", ShippedFileTests.Shipped);
        await using (var check = ShellExample.Start(ShellExample.Of("migrate-from-sockudo.md", "# Coming from Sockudo"), files: file))
        {
            Assert.True(await check.ExitAsync() == 0, check.Output);
        }

        await using var server = ShellExample.Start("Sockudo.Server --config your-config.json", files: file);
        await ConnectsAsync(server, new TestApp("app"), key: "app-key");
    }

    [Fact]
    public async Task An_example_of_Sockudo_with_names_it_does_not_read_itself_starts_and_names_those_that_are_meant()
    {
        const string Example =
            """
            {
              "port": 6001, "host": "0.0.0.0", "adapter": { "driver": "local" },
              "app_manager": { "driver": "memory", "array": { "apps": [ {
                "id": "my", "key": "my-key", "secret": "my-secret", "max_connections": 100, "enable_client_messages": true, "enabled": true,
                "max_backend_events_per_sec": 100, "max_client_events_per_sec": 100, "max_read_req_per_sec": 100 } ] } },
              "delta_compression": { "enabled": true, "algorithm": "fossil", "full_message_interval": 10, "min_message_size": 100, "max_state_age_secs": 300 },
              "tag_filtering": { "enabled": false, "enable_tags": true },
              "debug": true
            }
            """;
        await using var server = ShellExample.Start("Sockudo.Server --config example.json", files: ("example.json", Example));
        await ConnectsAsync(server, My);
        Assert.Contains("max_client_events_per_second", server.Output, StringComparison.Ordinal);
    }

    private async Task ConnectsAsync(ShellExample server, TestApp app, string? key = null)
    {
        await server.ReadyAsync();
        output.WriteLine(server.Output);
        Assert.Equal(app.Key, key ?? app.Key);
        await using var client = await PusherConnection.EstablishAsync(server.Http.BaseAddress!, app);
        await client.SubscribeAsync("orders");
    }
}
