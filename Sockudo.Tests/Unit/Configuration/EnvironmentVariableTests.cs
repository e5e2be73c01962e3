using Microsoft.Extensions.Logging;
using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Keys;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class EnvironmentVariableTests
{
    public static TheoryData<string, string> EveryVariable()
    {
        var data = new TheoryData<string, string>();
        foreach (var key in ConfigurationTable.Keys)
        {
            foreach (var variable in key.Variables)
            {
                // A driver with one choice cannot change, and one key needs the file: both are pinned below.
                if (!key.NeedsFile && key.Choice is not { Choices.Count: 1 }) data.Add(variable, key.Path);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryVariable))]
    public void Every_variable_changes_the_value_at_its_path(string variable, string path)
    {
        var key = ConfigurationTable.ByPath[path];
        var before = key.Display(new ServerConfiguration());
        var result = Load(environment: Variables((variable, Sample(key, before))));
        Assert.NotEqual(before, key.Display(result.Configuration));
        Assert.Equal(variable, result.Origin(path).ToString());
    }

    [Fact]
    public void The_table_has_every_variable_of_the_original()
    {
        var known = ConfigurationTable.Keys.SelectMany(key => key.Variables).ToHashSet(StringComparer.Ordinal);
        var missing = OriginalVariables.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(name => !known.Contains(name));
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("YES", true)]
    [InlineData("On", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("No", false)]
    [InlineData("OFF", false)]
    public void Booleans_are_read_in_all_their_forms(string text, bool expected)
    {
        var result = Load(FileWith("adapter.enable_socket_counting", expected ? "false" : "true"), Variables(("ADAPTER_ENABLE_SOCKET_COUNTING", text)));
        Assert.Equal(expected, result.Configuration.Adapter.EnableSocketCounting);
    }

    [Theory]
    [InlineData("WEBSOCKET_AUTO_PING", "maybe", "websocket.auto_ping")]
    [InlineData("PORT", "sixty", "port")]
    [InlineData("PORT", "70000", "port")]
    [InlineData("LOG_OUTPUT_FORMAT", "pretty", "logging.output_format")]
    [InlineData("CLEANUP_WORKER_THREADS", "0", "cleanup.worker_threads")]
    public void A_variable_that_cannot_be_read_is_a_warning_and_the_value_stays(string variable, string text, string path)
    {
        var result = Load(environment: Variables((variable, text)));
        Assert.True(result.IsValid);
        Assert.True(result.Origin(path).IsDefault);
        Assert.Contains(variable, Assert.Single(result.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_of_several_keys_is_reported_once()
    {
        Assert.Single(Load(environment: Variables(("CACHE_TTL_SECONDS", "long"))).Warnings);
        Assert.Single(Load(environment: Variables(("REDIS_URL", "localhost"))).Errors);
    }

    [Fact]
    public void DEBUG_can_only_switch_on()
    {
        Assert.True(Load(environment: Variables(("DEBUG_MODE", "true"), ("DEBUG", "0"))).Configuration.Server.Debug);
        Assert.True(Load(environment: Variables(("DEBUG_MODE", "false"), ("DEBUG", "1"))).Configuration.Server.Debug);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("0")]
    public void The_queue_of_a_socket_can_be_made_unlimited(string text) =>
        Assert.Null(Load(environment: Variables(("WEBSOCKET_MAX_MESSAGES", text))).Configuration.WebSocket.MaxMessages);

    [Fact]
    public void Lists_are_separated_by_commas_and_trimmed() =>
        Assert.Equal(["https://a.example", "*.b.example"], Load(environment: Variables(("CORS_ORIGINS", " https://a.example , *.b.example,"))).Configuration.Cors.Origins);

    [Fact]
    public void An_empty_Redis_user_takes_the_files_away() =>
        Assert.Null(Load(FileWith("database.redis.username", "\"app\""), Variables(("DATABASE_REDIS_USERNAME", ""))).Configuration.Held.Find("database.redis.username"));

    [Theory]
    [InlineData("ADAPTER_DRIVER", "rabbit", "adapter.driver")]
    [InlineData("CACHE_DRIVER", "disk", "cache.driver")]
    [InlineData("METRICS_DRIVER", "statsd", "metrics.driver")]
    [InlineData("REDIS_URL", "localhost:6379", "rate_limiter.redis.url_override")]
    public void An_unknown_driver_or_a_useless_URL_stops_the_start(string variable, string text, string path) =>
        Assert.Contains(Load(environment: Variables((variable, text))).Errors, error => error.Path == path && error.Source == variable);

    [Fact]
    public void The_cache_time_to_live_reaches_cache_channels_only_when_the_file_has_the_key()
    {
        var environment = Variables(("CACHE_TTL_SECONDS", "60"));
        Assert.Equal(3600, Load(environment: environment).Configuration.AppManager.Apps[0].CacheTtlSeconds);
        Assert.Equal(60, Load(FileWith("channel_limits.cache_ttl", "900"), environment).Configuration.AppManager.Apps[0].CacheTtlSeconds);
    }

    [Fact]
    public void The_instance_is_named_by_OpenTelemetrys_attributes_when_nothing_else_names_it()
    {
        var environment = Variables(("OTEL_RESOURCE_ATTRIBUTES", "service.name=sockudo,service.instance.id=replica%202"));
        Assert.Equal("replica 2", Load(environment: environment).Configuration.Server.ProcessId);
        Assert.Equal("node-1", Load(FileWith("instance.process_id", "\"node-1\""), environment).Configuration.Server.ProcessId);
    }

    [Theory]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData("warn,sockudo=trace,tower_http=debug", LogLevel.Trace)]
    [InlineData("off", LogLevel.None)]
    [InlineData("hyper=debug", LogLevel.Information)]
    public void A_filter_of_RUST_LOG_gives_a_level(string filter, LogLevel expected) =>
        Assert.Equal(expected, Load(environment: Variables(("RUST_LOG", filter), ("LOG_LEVEL", "error"))).Configuration.Server.Logging.MinimumLevel(debug: false));

    [Fact]
    public void Debug_chooses_the_other_filter() => Assert.Equal(LogLevel.Debug, Load(FileWith("debug", "true")).Configuration.Server.Logging.MinimumLevel(debug: true));

    private static string Sample(ConfigurationKey<ServerConfiguration> key, string before)
    {
        if (key.Choice is { } choice) return choice.Choices.FirstOrDefault(word => word != before) ?? before;
        return key.TypeName switch
        {
            "boolean" => before == "true" ? "false" : "true",
            "octal text" => "755",
            "URL or null" => key.Expected.Contains("redis", StringComparison.Ordinal) ? "redis://cache.internal:6379/1" : "http://aws.internal:4566",
            "list of URLs" => "nats://a:4222, nats://b:4222",
            "list of host:port" or "list of {host, port}" => "redis-1:7000,redis-2:7001",
            "list of origins" => "https://shop.example",
            "\"auto\" or integer" => "7",
            _ when key.TypeName.StartsWith("integer", StringComparison.Ordinal) => before is "30000" ? "60000" : before is "8" ? "9" : "8",
            _ => "something-else",
        };
    }

    private const string OriginalVariables =
        """
        DEBUG_MODE DEBUG HOST PORT ENVIRONMENT SHUTDOWN_GRACE_PERIOD USER_AUTHENTICATION_TIMEOUT ACTIVITY_TIMEOUT WEBSOCKET_MAX_PAYLOAD_KB ADAPTER_DRIVER ADAPTER_BUFFER_MULTIPLIER_PER_CPU
        ADAPTER_ENABLE_SOCKET_COUNTING CLUSTER_HEALTH_ENABLED CLUSTER_HEALTH_HEARTBEAT_INTERVAL CLUSTER_HEALTH_NODE_TIMEOUT CLUSTER_HEALTH_CLEANUP_INTERVAL REDIS_URL REDIS_CLUSTER_NODES
        DATABASE_REDIS_CLUSTER_NODES NATS_SERVERS NATS_REQUEST_TIMEOUT_MS NATS_CONNECTION_TIMEOUT_MS NATS_USERNAME NATS_PASSWORD NATS_TOKEN ADAPTER_FALLBACK_TO_LOCAL APP_MANAGER_DRIVER
        CACHE_TTL_SECONDS CACHE_DRIVER CACHE_CLEANUP_INTERVAL CACHE_MAX_CAPACITY QUEUE_DRIVER QUEUE_REDIS_CONCURRENCY QUEUE_REDIS_PREFIX REDIS_CLUSTER_QUEUE_CONCURRENCY REDIS_CLUSTER_QUEUE_PREFIX
        QUEUE_SQS_REGION QUEUE_SQS_VISIBILITY_TIMEOUT QUEUE_SQS_ENDPOINT_URL QUEUE_SQS_MAX_MESSAGES QUEUE_SQS_WAIT_TIME_SECONDS QUEUE_SQS_CONCURRENCY QUEUE_SQS_FIFO QUEUE_SNS_REGION QUEUE_SNS_TOPIC_ARN
        QUEUE_SNS_ENDPOINT_URL RATE_LIMITER_ENABLED RATE_LIMITER_DRIVER RATE_LIMITER_API_MAX_REQUESTS RATE_LIMITER_API_WINDOW_SECONDS RATE_LIMITER_API_TRUST_HOPS RATE_LIMITER_WS_MAX_REQUESTS
        RATE_LIMITER_WS_WINDOW_SECONDS RATE_LIMITER_REDIS_PREFIX METRICS_ENABLED METRICS_DRIVER METRICS_HOST METRICS_PORT METRICS_PROMETHEUS_PREFIX LOG_COLORS_ENABLED LOG_INCLUDE_TARGET LOG_OUTPUT_FORMAT
        RUST_LOG LOG_LEVEL SOCKUDO_LOG_DEBUG SOCKUDO_LOG_PROD INSTANCE_PROCESS_ID HTTP_API_USAGE_ENABLED CORS_CREDENTIALS CORS_ORIGINS CORS_METHODS CORS_HEADERS SSL_ENABLED SSL_CERT_PATH SSL_KEY_PATH
        SSL_REDIRECT_HTTP SSL_HTTP_PORT UNIX_SOCKET_ENABLED UNIX_SOCKET_PATH UNIX_SOCKET_PERMISSION_MODE DATABASE_REDIS_HOST DATABASE_REDIS_PORT DATABASE_REDIS_DB DATABASE_REDIS_USERNAME
        DATABASE_REDIS_PASSWORD DATABASE_REDIS_KEY_PREFIX DATABASE_REDIS_CLUSTER_USERNAME DATABASE_REDIS_CLUSTER_PASSWORD DATABASE_REDIS_CLUSTER_USE_TLS DATABASE_MYSQL_HOST DATABASE_MYSQL_PORT
        DATABASE_MYSQL_USERNAME DATABASE_MYSQL_PASSWORD DATABASE_MYSQL_DATABASE DATABASE_MYSQL_TABLE_NAME DATABASE_CONNECTION_POOL_SIZE DATABASE_MYSQL_POOL_MIN DATABASE_MYSQL_POOL_MAX
        DATABASE_POSTGRES_HOST DATABASE_POSTGRES_PORT DATABASE_POSTGRES_USERNAME DATABASE_POSTGRES_PASSWORD DATABASE_POSTGRES_DATABASE DATABASE_POSTGRES_POOL_MIN DATABASE_POSTGRES_POOL_MAX
        DATABASE_DYNAMODB_REGION DATABASE_DYNAMODB_TABLE_NAME DATABASE_DYNAMODB_ENDPOINT_URL AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY DATABASE_POOLING_ENABLED DATABASE_POOL_MIN DATABASE_POOL_MAX REDIS_CONNECTION_POOL_SIZE
        WEBHOOK_BATCHING_ENABLED WEBHOOK_BATCHING_DURATION WEBHOOK_BATCHING_SIZE CLEANUP_ASYNC_ENABLED CLEANUP_FALLBACK_TO_SYNC CLEANUP_QUEUE_BUFFER_SIZE CLEANUP_BATCH_SIZE CLEANUP_BATCH_TIMEOUT_MS
        CLEANUP_WORKER_THREADS CLEANUP_MAX_RETRY_ATTEMPTS TAG_FILTERING_ENABLED WEBSOCKET_MAX_MESSAGES WEBSOCKET_MAX_BYTES WEBSOCKET_DISCONNECT_ON_BUFFER_FULL WEBSOCKET_MAX_MESSAGE_SIZE
        WEBSOCKET_MAX_FRAME_SIZE WEBSOCKET_WRITE_BUFFER_SIZE WEBSOCKET_MAX_BACKPRESSURE WEBSOCKET_AUTO_PING WEBSOCKET_PING_INTERVAL WEBSOCKET_IDLE_TIMEOUT WEBSOCKET_COMPRESSION
        ADAPTER_REDIS_URL ADAPTER_REDIS_PREFIX ADAPTER_REQUEST_TIMEOUT
        """;
}
