namespace Sockudo.Server.Configuration;

/// <summary>The variables of soketi, which many come from, and what each is called here. They are not read: silent reading of half of them would be worse.</summary>
internal static class SoketiVariables
{
    /// <summary>What they begin with.</summary>
    public const string Prefix = "SOKETI_";

    private static readonly Dictionary<string, string> Equivalents = new(StringComparer.Ordinal)
    {
        ["ADAPTER_DRIVER"] = "ADAPTER_DRIVER",
        ["ADAPTER_CLUSTER_REQUESTS_TIMEOUT"] = "adapter.cluster.request_timeout_ms",
        ["ADAPTER_REDIS_PREFIX"] = "ADAPTER_REDIS_PREFIX",
        ["ADAPTER_REDIS_CLUSTER_MODE"] = "ADAPTER_DRIVER=redis-cluster",
        ["ADAPTER_REDIS_REQUESTS_TIMEOUT"] = "ADAPTER_REQUEST_TIMEOUT",
        ["ADAPTER_REDIS_SUB_OPTIONS"] = "REDIS_URL",
        ["ADAPTER_REDIS_PUB_OPTIONS"] = "REDIS_URL",
        ["ADAPTER_REDIS_SHARD_MODE"] = "adapter.cluster.use_sharded_pubsub",
        ["ADAPTER_NATS_PREFIX"] = "adapter.nats.prefix",
        ["ADAPTER_NATS_SERVERS"] = "NATS_SERVERS",
        ["ADAPTER_NATS_USER"] = "NATS_USERNAME",
        ["ADAPTER_NATS_PASSWORD"] = "NATS_PASSWORD",
        ["ADAPTER_NATS_TOKEN"] = "NATS_TOKEN",
        ["ADAPTER_NATS_TIMEOUT"] = "NATS_CONNECTION_TIMEOUT_MS",
        ["ADAPTER_NATS_REQUESTS_TIMEOUT"] = "NATS_REQUEST_TIMEOUT_MS",
        ["ADAPTER_NATS_NODES_NUMBER"] = "adapter.nats.nodes_number",
        ["APP_MANAGER_DRIVER"] = "APP_MANAGER_DRIVER (memory for array)",
        ["APP_MANAGER_CACHE_ENABLED"] = "app_manager.cache.enabled",
        ["APP_MANAGER_CACHE_TTL"] = "CACHE_TTL_SECONDS",
        ["APP_MANAGER_DYNAMODB_TABLE"] = "DATABASE_DYNAMODB_TABLE_NAME",
        ["APP_MANAGER_DYNAMODB_REGION"] = "DATABASE_DYNAMODB_REGION",
        ["APP_MANAGER_DYNAMODB_ENDPOINT"] = "DATABASE_DYNAMODB_ENDPOINT_URL",
        ["APP_MANAGER_MYSQL_TABLE"] = "DATABASE_MYSQL_TABLE_NAME",
        ["APP_MANAGER_POSTGRES_TABLE"] = "database.postgres.table_name",
        ["CHANNEL_LIMITS_MAX_NAME_LENGTH"] = "channel_limits.max_name_length",
        ["CHANNEL_CACHE_TTL"] = "channel_limits.cache_ttl",
        ["CACHE_DRIVER"] = "CACHE_DRIVER",
        ["CACHE_REDIS_CLUSTER_MODE"] = "cache.redis.cluster_mode",
        ["CACHE_REDIS_OPTIONS"] = "REDIS_URL",
        ["DEBUG"] = "DEBUG_MODE",
        ["DEFAULT_APP_ID"] = "SOCKUDO_DEFAULT_APP_ID",
        ["DEFAULT_APP_KEY"] = "SOCKUDO_DEFAULT_APP_KEY",
        ["DEFAULT_APP_SECRET"] = "SOCKUDO_DEFAULT_APP_SECRET",
        ["DEFAULT_APP_MAX_CONNS"] = "SOCKUDO_DEFAULT_APP_MAX_CONNECTIONS",
        ["DEFAULT_APP_ENABLE_CLIENT_MESSAGES"] = "SOCKUDO_ENABLE_CLIENT_MESSAGES",
        ["DEFAULT_APP_ENABLED"] = "SOCKUDO_DEFAULT_APP_ENABLED",
        ["DEFAULT_APP_MAX_BACKEND_EVENTS_PER_SEC"] = "SOCKUDO_DEFAULT_APP_MAX_BACKEND_EVENTS_PER_SECOND",
        ["DEFAULT_APP_MAX_CLIENT_EVENTS_PER_SEC"] = "SOCKUDO_DEFAULT_APP_MAX_CLIENT_EVENTS_PER_SECOND",
        ["DEFAULT_APP_MAX_READ_REQ_PER_SEC"] = "SOCKUDO_DEFAULT_APP_MAX_READ_REQUESTS_PER_SECOND",
        ["DEFAULT_APP_USER_AUTHENTICATION"] = "SOCKUDO_DEFAULT_APP_ENABLE_USER_AUTHENTICATION",
        ["DEFAULT_APP_WEBHOOKS"] = "webhooks of an app in app_manager.array.apps",
        ["USER_AUTHENTICATION_TIMEOUT"] = "USER_AUTHENTICATION_TIMEOUT",
        ["DB_POOLING_ENABLED"] = "DATABASE_POOLING_ENABLED",
        ["DB_POOLING_MIN"] = "DATABASE_POOL_MIN",
        ["DB_POOLING_MAX"] = "DATABASE_POOL_MAX",
        ["DB_MYSQL_HOST"] = "DATABASE_MYSQL_HOST",
        ["DB_MYSQL_PORT"] = "DATABASE_MYSQL_PORT",
        ["DB_MYSQL_USERNAME"] = "DATABASE_MYSQL_USERNAME",
        ["DB_MYSQL_PASSWORD"] = "DATABASE_MYSQL_PASSWORD",
        ["DB_MYSQL_DATABASE"] = "DATABASE_MYSQL_DATABASE",
        ["DB_POSTGRES_HOST"] = "DATABASE_POSTGRES_HOST",
        ["DB_POSTGRES_PORT"] = "DATABASE_POSTGRES_PORT",
        ["DB_POSTGRES_USERNAME"] = "DATABASE_POSTGRES_USERNAME",
        ["DB_POSTGRES_PASSWORD"] = "DATABASE_POSTGRES_PASSWORD",
        ["DB_POSTGRES_DATABASE"] = "DATABASE_POSTGRES_DATABASE",
        ["DB_REDIS_HOST"] = "DATABASE_REDIS_HOST",
        ["DB_REDIS_PORT"] = "DATABASE_REDIS_PORT",
        ["DB_REDIS_DB"] = "DATABASE_REDIS_DB",
        ["DB_REDIS_USERNAME"] = "DATABASE_REDIS_USERNAME",
        ["DB_REDIS_PASSWORD"] = "DATABASE_REDIS_PASSWORD",
        ["DB_REDIS_KEY_PREFIX"] = "DATABASE_REDIS_KEY_PREFIX",
        ["DB_REDIS_SENTINELS"] = "database.redis.sentinels",
        ["DB_REDIS_SENTINEL_PASSWORD"] = "database.redis.sentinel_password",
        ["DB_REDIS_CLUSTER_NODES"] = "DATABASE_REDIS_CLUSTER_NODES",
        ["DB_REDIS_INSTANCE_NAME"] = "database.redis.name",
        ["EVENT_MAX_BATCH_SIZE"] = "event_limits.max_batch_size",
        ["EVENT_MAX_CHANNELS_AT_ONCE"] = "event_limits.max_channels_at_once",
        ["EVENT_MAX_NAME_LENGTH"] = "event_limits.max_name_length",
        ["EVENT_MAX_SIZE_IN_KB"] = "event_limits.max_payload_in_kb",
        ["HTTP_ACCEPT_TRAFFIC_MEMORY_THRESHOLD"] = "http_api.accept_traffic.memory_threshold (a fraction, 0.9 for 90)",
        ["HOST"] = "HOST",
        ["METRICS_ENABLED"] = "METRICS_ENABLED",
        ["METRICS_DRIVER"] = "METRICS_DRIVER",
        ["METRICS_HOST"] = "METRICS_HOST",
        ["METRICS_PROMETHEUS_PREFIX"] = "METRICS_PROMETHEUS_PREFIX",
        ["METRICS_SERVER_PORT"] = "METRICS_PORT",
        ["MODE"] = "none: every node is a full server",
        ["PORT"] = "PORT",
        ["PATH_PREFIX"] = "path_prefix",
        ["PRESENCE_MAX_MEMBER_SIZE"] = "presence.max_member_size_in_kb",
        ["PRESENCE_MAX_MEMBERS"] = "presence.max_members_per_channel",
        ["QUEUE_DRIVER"] = "QUEUE_DRIVER (memory for sync)",
        ["QUEUE_REDIS_CONCURRENCY"] = "QUEUE_REDIS_CONCURRENCY",
        ["QUEUE_REDIS_OPTIONS"] = "REDIS_URL",
        ["QUEUE_REDIS_CLUSTER_MODE"] = "QUEUE_DRIVER=redis-cluster",
        ["QUEUE_SQS_REGION"] = "QUEUE_SQS_REGION",
        ["QUEUE_SQS_URL"] = "queue.sqs.queue_url_prefix",
        ["QUEUE_SQS_ENDPOINT"] = "QUEUE_SQS_ENDPOINT_URL",
        ["QUEUE_SQS_BATCH_SIZE"] = "QUEUE_SQS_MAX_MESSAGES",
        ["QUEUE_SQS_POLLING_WAIT_TIME_MS"] = "QUEUE_SQS_WAIT_TIME_SECONDS",
        ["RATE_LIMITER_DRIVER"] = "RATE_LIMITER_DRIVER",
        ["RATE_LIMITER_REDIS_OPTIONS"] = "REDIS_URL",
        ["SHUTDOWN_GRACE_PERIOD"] = "SHUTDOWN_GRACE_PERIOD (seconds, not milliseconds)",
        ["SSL_CERT"] = "SSL_CERT_PATH with SSL_ENABLED=true",
        ["SSL_KEY"] = "SSL_KEY_PATH",
        ["SSL_PASS"] = "ssl.passphrase",
        ["SSL_CA"] = "ssl.ca_path",
        ["WEBHOOKS_BATCHING"] = "WEBHOOK_BATCHING_ENABLED",
        ["WEBHOOKS_BATCHING_DURATION"] = "WEBHOOK_BATCHING_DURATION",
    };

    /// <summary>What a variable of soketi is called here: a variable in capitals, or a key of the file; null when there is no equivalent.</summary>
    public static string? Equivalent(string variable) =>
        variable.StartsWith(Prefix, StringComparison.Ordinal) ? Equivalents.GetValueOrDefault(variable[Prefix.Length..]) : null;

    /// <summary>Every variable with an equivalent, for tests and documentation.</summary>
    public static IEnumerable<KeyValuePair<string, string>> All => Equivalents.Select(static pair => KeyValuePair.Create(Prefix + pair.Key, pair.Value)).OrderBy(static pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Warns once about all of soketi's variables in the environment.</summary>
    public static void Warn(LoadState state, EnvironmentVariables environment)
    {
        var found = environment.Names.Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        if (found.Length == 0) return;
        state.Warn(
            $"Variables of soketi are not read: {string.Join(", ", found)}.",
            "use " + string.Join(", ", found.Select(static name => $"{Equivalent(name) ?? "nothing"} for {name}")) + ".");
    }
}
