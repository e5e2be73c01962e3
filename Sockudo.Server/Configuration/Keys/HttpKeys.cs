using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Sections <c>http_api</c>, <c>cors</c>, <c>rate_limiter</c> and <c>metrics</c>.</summary>
internal static class HttpKeys
{
    /// <summary>The REST API.</summary>
    public static readonly KeySection Api = new("HTTP API", "", [
        Key.Integer("http_api.request_limit_in_mb", 1, 65_536, c => c.HttpApi.RequestLimitInMb, (c, v) => c.HttpApi.RequestLimitInMb = (int)v, "Largest request body; at most 1024 are in force.", unit: "MiB"),
        Key.Of("http_api.accept_traffic.memory_threshold", FractionFormat.Instance, c => c.HttpApi.MemoryThreshold, (c, v) => c.HttpApi.MemoryThreshold = v,
            "Above this part of the memory limit publishes are refused with 503; unset never. (The original ignores this key.)"),
        Key.Integer("http_api.max_fanout_bytes", 1, long.MaxValue, c => c.HttpApi.MaxFanoutBytes, (c, v) => c.HttpApi.MaxFanoutBytes = v,
            "Most bytes of messages one publish may ask for, a message for each channel of each event; above it 413. (An extension.)", "HTTP_API_MAX_FANOUT_BYTES", "bytes"),
        Key.Boolean("http_api.replay_protection", c => c.HttpApi.ReplayProtection, (c, v) => c.HttpApi.ReplayProtection = v,
            "A signed request other than GET is taken once only, by all nodes with a shared cache; see docs/api.md#replay-protection. (An extension.)", "HTTP_API_REPLAY_PROTECTION"),
        Key.Integer("http_api.replay_max_bytes", 1 << 20, Key.MaxBytes, c => c.HttpApi.ReplayMaxBytes, (c, v) => c.HttpApi.ReplayMaxBytes = v,
            "Most memory of remembered signatures, 112 bytes each; an app has at most as much as is free, one alone half: above that its requests are refused with 503. (An extension.)", unit: "bytes"),
        Key.Integer("http_api.idempotency_max_bytes", 1 << 20, Key.MaxBytes, c => c.HttpApi.IdempotencyMaxBytes, (c, v) => c.HttpApi.IdempotencyMaxBytes = v,
            "Most memory of idempotency keys and their answers; when it is full an app with more than its part forgets its oldest key. (An extension.)", unit: "bytes"),
        Key.Boolean("http_api.usage_enabled", c => c.HttpApi.UsageEnabled, (c, v) => c.HttpApi.UsageEnabled = v, "Whether `/usage` exists.", "HTTP_API_USAGE_ENABLED"),
    ]);

    /// <summary>Cross-origin answers.</summary>
    public static readonly KeySection Cors = new("CORS", "Variables are lists separated by commas.", [
        Key.Boolean("cors.credentials", c => c.Cors.Credentials, (c, v) => c.Cors.Credentials = v, "Allow credentials; off whenever any origin is allowed.", "CORS_CREDENTIALS"),
        Key.Of("cors.origin", OriginList.Format, c => c.Cors.Origins, (c, v) => c.Cors.Origins = v, "Allowed origins; an empty list allows none.", "CORS_ORIGINS"),
        Key.Of("cors.methods", ListFormat.Text, c => c.Cors.Methods, (c, v) => c.Cors.Methods = v, "Allowed methods.", "CORS_METHODS"),
        Key.Of("cors.allowed_headers", ListFormat.Text, c => c.Cors.AllowedHeaders, (c, v) => c.Cors.AllowedHeaders = v, "Allowed request headers.", "CORS_HEADERS"),
    ]);

    /// <summary>The metrics listener.</summary>
    public static readonly KeySection Metrics = new("Metrics", "", [
        Key.Boolean("metrics.enabled", c => c.Metrics.Enabled, (c, v) => c.Metrics.Enabled = v, "Serve Prometheus metrics on a port of their own.", "METRICS_ENABLED"),
        Key.Of("metrics.driver", new ChoiceFormat(["prometheus"]), c => c.Metrics.Driver, (c, v) => c.Metrics.Driver = v, "The only driver.", "METRICS_DRIVER"),
        Key.Text("metrics.host", c => c.Metrics.Host, (c, v) => c.Metrics.Host = v, "Address to listen on.", "METRICS_HOST"),
        Key.Integer("metrics.port", 0, 65535, c => c.Metrics.Port, (c, v) => c.Metrics.Port = (int)v, "Port to listen on; 0 picks a free one. A port in use stops the start.", "METRICS_PORT"),
        Key.Text("metrics.prometheus.prefix", c => c.Metrics.Prefix, (c, v) => c.Metrics.Prefix = v, "What every metric's name starts with.", "METRICS_PROMETHEUS_PREFIX"),
    ]);

    /// <summary>Limits per address.</summary>
    public static readonly KeySection RateLimiter = new(
        "Rate limiter",
        "Per client address. Off unless the file has the section or one of its variables is set: 20 sockets a minute from one address surprises everybody behind a NAT.",
        [
            Key.Boolean("rate_limiter.enabled", c => c.RateLimiter.Enabled, (c, v) => c.RateLimiter.Enabled = v, "Limit requests and connects per address.", "RATE_LIMITER_ENABLED",
                defaultNote: "false; true once any key of the section is set"),
            Key.Of("rate_limiter.driver", new ChoiceFormat(["memory", "redis", "redis-cluster", "none"]), c => c.RateLimiter.Driver, (c, v) => c.RateLimiter.Driver = v,
                "Where hits are counted: on each node, or in a Redis for all nodes together; `none` is memory too, as in the original.", "RATE_LIMITER_DRIVER"),
            Key.Integer("rate_limiter.memory.max_bytes", 1 << 20, Key.MaxBytes, c => c.RateLimiter.Api.MaxBytes, (c, v) => c.RateLimiter.Api.MaxBytes = c.RateLimiter.WebSocket.MaxBytes = v,
                "Most memory of the addresses counted on a node, for each of the two limits, 256 bytes an address; above it new addresses are counted several together. (An extension.)", unit: "bytes"),
            Key.Integer("rate_limiter.api_rate_limit.max_requests", 1, Key.MaxCount, c => c.RateLimiter.Api.MaxRequests, (c, v) => c.RateLimiter.Api.MaxRequests = Key.Clamp(v),
                "API requests in a window.", "RATE_LIMITER_API_MAX_REQUESTS"),
            Key.Integer("rate_limiter.api_rate_limit.window_seconds", 1, Key.MaxCount, c => c.RateLimiter.Api.WindowSeconds, (c, v) => c.RateLimiter.Api.WindowSeconds = Key.Clamp(v),
                "The window.", "RATE_LIMITER_API_WINDOW_SECONDS", "seconds"),
            Held.OptionalText("rate_limiter.api_rate_limit.identifier", "api", "Accepted; the name is fixed, as in the original.", notice: Notices.Identifier),
            Key.Integer("rate_limiter.api_rate_limit.trust_hops", 0, 100, c => c.RateLimiter.Api.TrustHops, (c, v) => c.RateLimiter.Api.TrustHops = (int)v,
                "How many proxies in front append to X-Forwarded-For; 0 trusts no header.", "RATE_LIMITER_API_TRUST_HOPS"),
            Key.Boolean("rate_limiter.api_rate_limit.fail_open", c => c.RateLimiter.Api.FailOpen, (c, v) => c.RateLimiter.Api.FailOpen = v,
                "Whether API requests are admitted while the limiter's Redis is away; else they are answered 503. Counts for the limits of apps too."),
            Key.Integer("rate_limiter.websocket_rate_limit.max_requests", 1, Key.MaxCount, c => c.RateLimiter.WebSocket.MaxRequests, (c, v) => c.RateLimiter.WebSocket.MaxRequests = Key.Clamp(v),
                "WebSocket connects in a window.", "RATE_LIMITER_WS_MAX_REQUESTS"),
            Key.Integer("rate_limiter.websocket_rate_limit.window_seconds", 1, Key.MaxCount, c => c.RateLimiter.WebSocket.WindowSeconds, (c, v) => c.RateLimiter.WebSocket.WindowSeconds = Key.Clamp(v),
                "The window.", "RATE_LIMITER_WS_WINDOW_SECONDS", "seconds"),
            Held.OptionalText("rate_limiter.websocket_rate_limit.identifier", "websocket_connect", "Accepted; the name is fixed, as in the original.", notice: Notices.Identifier),
            Key.Integer("rate_limiter.websocket_rate_limit.trust_hops", 0, 100, c => c.RateLimiter.WebSocket.TrustHops, (c, v) => c.RateLimiter.WebSocket.TrustHops = (int)v,
                "How many proxies in front append to X-Forwarded-For, for sockets; 0 trusts no header."),
            Key.Boolean("rate_limiter.websocket_rate_limit.fail_open", c => c.RateLimiter.WebSocket.FailOpen, (c, v) => c.RateLimiter.WebSocket.FailOpen = v,
                "Whether sockets are admitted while the limiter's Redis is away; else they are answered 503."),
            Held.OptionalText("rate_limiter.redis.prefix", "sockudo_rl:", "What every key begins with; `:rl:` follows.", "RATE_LIMITER_REDIS_PREFIX"),
            Held.Of("rate_limiter.redis.url_override", UrlFormat.Redis, null, "The limiter's Redis, in place of `database.redis`.", "REDIS_URL", secrecy: Secrecy.Url),
            Held.Boolean("rate_limiter.redis.cluster_mode", false, "With the driver `redis`: the Redis is a cluster, `url_override` one of its nodes."),
        ]);
}
