using Sockudo.Server.Configuration;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class FileValueTests
{
    public static TheoryData<string> EveryKey() => [.. ConfigurationTable.Keys.Select(key => key.Path).Where(path => !path.Contains(':', StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(EveryKey))]
    public void A_value_of_the_wrong_type_stops_the_start_and_names_the_key(string path)
    {
        var result = Load(FileWith(path, """{ "wrong": true }"""));
        var error = Assert.Single(result.Errors, error => error.Path == path);
        Assert.Contains(ConfigurationTable.ByPath[path].Expected, error.Problem, StringComparison.Ordinal);
        Assert.Equal("config/config.json", error.Source);
    }

    [Fact]
    public void Every_error_is_reported_at_once()
    {
        var result = Load(
            """
            {
              "port": "6001", "activity_timeout": 0, "adapter": { "driver": "carrier-pigeon" },
              "app_manager": { "array": { "apps": [ { "id": "shop", "key": 7, "secret": "s" } ] } }
            }
            """,
            Variables(("QUEUE_DRIVER", "rabbit")));
        Assert.Equal(["activity_timeout", "adapter.driver", "app_manager.array.apps[0].key", "port", "queue.driver"], result.Errors.Select(error => error.Path).Order());
    }

    [Theory]
    [InlineData("port", "6001.5")]
    [InlineData("port", "-1")]
    [InlineData("port", "65536")]
    [InlineData("port", "null")]
    [InlineData("metrics.enabled", "\"true\"")]
    [InlineData("unix_socket.permission_mode", "660")]
    [InlineData("unix_socket.permission_mode", "\"1777\"")]
    [InlineData("cleanup.worker_threads", "\"many\"")]
    [InlineData("cleanup.batch_size", "0")]
    [InlineData("http_api.accept_traffic.memory_threshold", "90")]
    [InlineData("path_prefix", "\"/a/../b\"")]
    [InlineData("cors.origin", "[\"://\"]")]
    [InlineData("database.redis.sentinels", "[{ \"host\": \"s1\", \"port\": \"x\" }]")]
    [InlineData("adapter.nats.servers", "[\"http://nats:4222\"]")]
    [InlineData("queue.redis.url_override", "\"localhost\"")]
    public void A_value_out_of_range_or_form_stops_the_start(string path, string value) => Assert.Equal(path, Assert.Single(Load(FileWith(path, value)).Errors).Path);

    [Theory]
    [InlineData("unix_socket.permission_mode", "\"755\"", "755")]
    [InlineData("cleanup.worker_threads", "\"AUTO\"", "auto")]
    [InlineData("cleanup.worker_threads", "\"4\"", "4")]
    [InlineData("cleanup.worker_threads", "3", "3")]
    [InlineData("websocket.max_messages", "null", "unset")]
    [InlineData("websocket.max_bytes", "0", "unset")]
    [InlineData("path_prefix", "\"realtime/\"", "/realtime")]
    [InlineData("path_prefix", "\"/\"", "/")]
    [InlineData("adapter.driver", "\"LOCAL\"", "local")]
    [InlineData("websocket.compression", "\"32kb\"", "window32kb")]
    [InlineData("database.redis.cluster.useTLS", "true", "true")]
    [InlineData("database.redis.sentinels", "[{}, { \"host\": \"s2\", \"port\": 26380 }]", "localhost:26379, s2:26380")]
    [InlineData("database.redis.cluster.nodes", "[{ \"host\": \"r1\" }]", "r1:7000")]
    [InlineData("database.dynamodb.endpoint_url", "null", "unset")]
    public void Values_are_read_as_the_original_reads_them(string path, string value, string expected)
    {
        var result = Load(FileWith(path, value));
        Assert.Empty(result.Errors);
        Assert.Equal(expected, ConfigurationTable.ByPath[path].Display(result.Configuration));
    }

    [Theory]
    [InlineData("pgsql", "postgres")]
    [InlineData("pgsql", "postgresql")]
    [InlineData("scylladb", "scylla")]
    public void Other_spellings_of_drivers_are_accepted_in_both_places(string driver, string spelling)
    {
        Assert.Equal(driver, Load(FileWith("app_manager.driver", $"\"{spelling}\"")).Configuration.AppManager.Driver);
        Assert.Equal(driver, Load(environment: Variables(("APP_MANAGER_DRIVER", spelling))).Configuration.AppManager.Driver);
    }

    [Fact]
    public void The_secret_of_a_wrong_value_is_not_repeated() =>
        Assert.DoesNotContain("4711", Assert.Single(Load(FileWith("database.redis.password", "4711")).Errors).ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_section_that_is_not_an_object_stops_the_start() => Assert.Equal("websocket", Assert.Single(Load(FileWith("websocket", "true")).Errors).Path);

    [Fact]
    public void The_logging_section_may_be_null() => Assert.Empty(Load(FileWith("logging", "null")).Errors);

    [Fact]
    public void A_key_that_stands_twice_is_said() => Assert.Contains("stands twice", Assert.Single(Load(OneApp[..^1] + """, "port": 1, "port": 7001 }""").Warnings).Text, StringComparison.Ordinal);

    [Fact]
    public void Every_path_and_variable_is_described_once()
    {
        Assert.Equal(ConfigurationTable.Keys.Count, ConfigurationTable.Keys.Select(key => key.Path).Distinct().Count());
        Assert.All(ConfigurationTable.Keys, key => Assert.EndsWith(".", key.Doc.TrimEnd(')'), StringComparison.Ordinal));
    }
}
