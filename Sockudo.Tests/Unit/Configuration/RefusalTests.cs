using System.Globalization;
using Microsoft.Extensions.Options;
using Sockudo.Server.Adapters;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.Backplane.RedisCluster;
using Sockudo.Server.Configuration.Commands;
using Sockudo.Server.Hosting;
using Sockudo.Server.Queueing;
using Sockudo.Server.RedisConnections;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>What stops the start: <c>check</c> says the same, with the same exit code, in whole sentences.</summary>
public sealed class RefusalTests
{
    private static readonly string[] ClusterDrivers = ["redis", "redis-cluster", "nats"];

    /// <summary>A file, variables as name=value separated by semicolons, and the path of the first error.</summary>
    public static TheoryData<string, string, string> Refusals => new()
    {
        { "not JSON", "", "config/config.json" },
        { "[]", "", "config/config.json" },
        { "{}", "", "app_manager.array.apps" },
        { FileWith("port", "\"x\""), "", "port" },
        { FileWith("port", "70000"), "", "port" },
        { FileWith("adapter", "5"), "", "adapter" },
        { FileWith("adapter.driver", "\"rabbit\""), "", "adapter.driver" },
        { FileWith("queue.driver", "\"sns\""), "", "queue.driver" },
        { FileWith("app_manager.driver", "\"mysql\""), "", "app_manager.driver" },
        { FileWith("rate_limiter.enabeld", "true"), "", "rate_limiter.enabeld" },
        { App("\"allowed_origin\": []"), "", "app_manager.array.apps[0].allowed_origin" },
        { App("\"allowed_origins\": [\"https://*\"]"), "", "app_manager.array.apps[0].allowed_origins" },
        { App("\"webhooks\": [ { \"url\": \"ftp://x\", \"event_types\": [\"cache_miss\"] } ]"), "", "app_manager.array.apps[0].webhooks[0].url" },
        { OneApp.Replace("\"shop\"", "\"a\\nb\"", StringComparison.Ordinal), "", "app_manager.array.apps[0].id" },
        { OneApp, "SOCKUDO_DEFAULT_APP_ID=shop;SOCKUDO_DEFAULT_APP_KEY=k;SOCKUDO_DEFAULT_APP_SECRET=s", "SOCKUDO_DEFAULT_APP_*.id" },
        { OneApp, "SOCKUDO_DEFAULT_APP_MAX_CONNECTION=5", "SOCKUDO_DEFAULT_APP_MAX_CONNECTION" },
        { OneApp, "METRICS_ENABLED=maybe", "metrics.enabled" },
        { OneApp, "REDIS_URL=localhost", "rate_limiter.redis.url_override" },
        { OneApp, "ASPNETCORE_URLS=x", "ASPNETCORE_URLS" },
        { OneApp, "ASPNETCORE_URLS=https://localhost:5001", "ASPNETCORE_URLS" },
        { OneApp, "METRICS_PORT=6001", "metrics.port" },
        { FileWith("ssl.enabled", "true"), "", "ssl.cert_path" },
        { FileWith("unix_socket", """{ "enabled": true, "path": "relative" }"""), "", "unix_socket.path" },
        { FileWith("adapter", """{ "driver": "redis", "ring_age_ms": 1 }"""), "", "adapter.ring_age_ms" },
        { FileWith("adapter", """{ "driver": "redis", "redis": { "prefix": "" } }"""), "", "adapter.redis.prefix" },
        { FileWith("adapter", """{ "driver": "redis", "redis": { "requests_timeout": 1 } }"""), "", "adapter.redis.requests_timeout" },
        { FileWith("adapter", """{ "driver": "nats", "nats": { "request_timeout_ms": 1 } }"""), "", "adapter.nats.request_timeout_ms" },
        { FileWith("adapter", """{ "driver": "nats", "nats": { "connection_timeout_ms": 0 } }"""), "", "adapter.nats.connection_timeout_ms" },
        { FileWith("adapter", """{ "driver": "nats", "nats": { "tls": { "certificate_file": "c.pem" } } }"""), "", "adapter.nats.tls" },
        { FileWith("adapter", """{ "driver": "nats", "nats": { "credentials_file": "none.creds" } }"""), "", "adapter.nats" },
        { FileWith("adapter", """{ "driver": "nats", "nats": { "nkey": "SUdamaged" } }"""), "", "adapter.nats" },
        { FileWith("adapter", """{ "driver": "nats", "nats": { "tls": { "ca_file": "none.pem" } } }"""), "", "adapter.nats" },
        { FileWith("adapter", """{ "driver": "redis-cluster", "cluster": { "partitions": 2, "nodes": ["r:1"] } }"""), "", "adapter.cluster.partitions" },
        { OneApp, "ADAPTER_DRIVER=redis-cluster", "adapter.cluster" },
        { OneApp, "ADAPTER_DRIVER=redis;DATABASE_REDIS_HOST=tls://127.0.0.1", "database.redis" },
        { OneApp, "ADAPTER_DRIVER=redis;DATABASE_REDIS_PORT=0", "database.redis.port" },
        { OneApp, "CACHE_DRIVER=redis;DATABASE_REDIS_HOST=tls://127.0.0.1", "cache.driver" },
        { OneApp, "CACHE_DRIVER=redis-cluster", "cache.driver" },
        { OneApp, "RATE_LIMITER_DRIVER=redis-cluster", "rate_limiter.driver" },
        { OneApp, "QUEUE_DRIVER=redis-cluster", "queue.redis_cluster" },
        { OneApp, "QUEUE_DRIVER=redis;REDIS_URL=redis://h:1/x", "queue.redis" },
        { FileWith("database.redis.tls", """{ "enabled": true, "ca_file": "none.pem" }"""), "ADAPTER_DRIVER=redis", "database.redis" },
        { FileWith("database.redis.tls", """{ "key_file": "k.pem" }"""), "ADAPTER_DRIVER=redis", "database.redis.tls.key_file" },
        { FileWith("database.redis.tls", """{ "enabled": true, "ca_file": "none.pem" }"""), "CACHE_DRIVER=redis", "cache.driver" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Check_refuses_what_the_start_refuses_with_the_same_sentences(string json, string variables, string path)
    {
        var environment = Variables([.. variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => (pair.Split('=')[0], pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]))]);
        var (checkCode, checkLines) = Run(["check"], json, environment);
        var (startCode, startLines) = Run([], json, environment);

        Assert.Equal((1, 1), (checkCode, startCode));
        Assert.NotEmpty(startLines);
        Assert.Equal(startLines, checkLines.Intersect(startLines));
        Assert.StartsWith(path + ": ", startLines[0], StringComparison.Ordinal);
        Assert.All(Load(json, environment).Errors, error => AssertSentence(error.Problem));
    }

    [Fact]
    public void What_is_not_used_is_not_judged() =>
        Assert.Empty(Load(FileWith("adapter", """{ "ring_age_ms": 1, "nats": { "credentials_file": "none.creds" } }"""), Variables(("DATABASE_REDIS_HOST", "tls://h"))).Errors);

    [Fact]
    public void A_certificate_that_cannot_be_used_is_refused_by_both()
    {
        var folder = Directory.CreateTempSubdirectory("sockudo-certificate-");
        try
        {
            var file = Path.Combine(folder.FullName, "c.pem");
            File.WriteAllText(file, "no certificate");
            var json = FileWith("ssl", $$"""{ "enabled": true, "cert_path": "{{file}}", "key_path": "{{file}}" }""");
            var (checkCode, checkLines) = Run(["check"], json, Variables());
            var (startCode, startLines) = Run([], json, Variables());
            Assert.Equal((1, 1), (checkCode, startCode));
            Assert.StartsWith("ssl.cert_path: the certificate, its key or its passphrase cannot be used: ", Assert.Single(startLines), StringComparison.Ordinal);
            Assert.Contains(startLines[0], checkLines);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_failure_of_the_start_is_said_in_sentences()
    {
        Exception[] failures =
        [
            new RedisConfigurationException("A thing is wrong"), new RedisConfigurationException("A thing is wrong."), new BrokerConfigurationException("A thing is wrong"),
            new QueueConfigurationException("A thing is wrong"), new IOException("A thing is wrong"), new OptionsValidationException("x", typeof(object), ["one is wrong", "two is wrong."]),
            new System.Net.Sockets.SocketException(98), new System.Security.Cryptography.CryptographicException("A thing is wrong"), new Microsoft.AspNetCore.Connections.AddressInUseException("A thing is wrong"),
        ];
        Assert.All(failures, failure => AssertSentence(StartFailure.Explain(failure)!));
        Assert.Contains("one is wrong. two is wrong. See ", StartFailure.Explain(failures[5]), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_failure_of_a_validator_is_a_sentence_about_a_key_that_exists()
    {
        var failures = EveryFailure().ToList();
        Assert.All(failures, AssertSentence);
        Assert.DoesNotContain(failures, failure => KeysNamed.In(failure).Any(path => !KeysNamed.Exists(path)));
        Assert.True(failures.Count >= 14, string.Join('\n', failures));
    }

    private static IEnumerable<string> EveryFailure()
    {
        var redis = new RedisConnectionOptions { Host = "tls://x", Port = 0, Db = -1, ConnectTimeoutMs = 0, CommandTimeoutMs = 0 };
        redis.Tls.KeyFile = "k";
        var health = Options.Create(new ClusterHealthOptions());
        ValidateOptionsResult[] results =
        [
            new RedisConnectionOptionsValidator().Validate(null, redis),
            new RedisBackplaneOptionsValidator(Options.Create(redis)).Validate(null, new RedisBackplaneOptions { MaxMessageBytes = 0, MaxPendingMessages = 0 }),
            new RedisClusterBackplaneOptionsValidator(Options.Create(redis)).Validate(null, new RedisClusterBackplaneOptions { MaxMessageBytes = 0, MaxPendingMessages = 0 }),
            new NatsBackplaneOptionsValidator().Validate(null, new NatsBackplaneOptions { ConnectionTimeoutMs = 0, MaxPendingMessages = 0, Servers = { "x://" } }),
            .. ClusterDrivers.Select(driver => new ClusterOptionsValidator(health).Validate(null, new ClusterOptions
            {
                Driver = driver, Prefix = "", RequestTimeoutMs = 0, Partitions = 0, LeaveGraceMs = -1, MaxBatchBytes = int.MaxValue, RingBytes = 1, InboxBytes = 1, RingAgeMs = 1,
            })),
        ];
        return results.SelectMany(result => result.Failures ?? []);
    }

    private static void AssertSentence(string text)
    {
        Assert.EndsWith(".", text, StringComparison.Ordinal);
        Assert.DoesNotContain("..", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"[\p{Ll}\d] (See|The process|Another process) ", text);
    }

    private static (int? Code, List<string> Errors) Run(string[] arguments, string json, Dictionary<string, string> environment)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var errors = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var code = CommandRunner.Run(CommandLine.Parse(arguments), () => CertificateCheck.Apply(Load(json, environment)), "1.0", output, errors, out _);
        var lines = arguments.Length == 0 ? errors.ToString() : output.ToString()[output.ToString().IndexOf("\nErrors:", StringComparison.Ordinal)..];
        return (code, [.. lines.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal) && !line.StartsWith("  Warning: ", StringComparison.Ordinal)).Select(line => line.Trim())]);
    }
}
