using Microsoft.Extensions.Options;
using Sockudo.Server.Adapters;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.Backplane.RedisCluster;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Configuration.Validation;

/// <summary>
/// Builds the options of the chosen drivers as the start does and asks the validators the start asks, so that <c>check</c> says what
/// the start would say.
/// </summary>
internal static class DriverOptionsValidator
{
    /// <summary>Adds an error for each failure.</summary>
    public static void Validate(LoadState state)
    {
        ValidateAdapter(state);
        ValidateStore(state, "cache.driver", StoreBinding.Cache(state.Configuration).Defect());
        ValidateStore(state, "rate_limiter.driver", StoreBinding.RateLimiter(state.Configuration).Defect());
        ValidateStore(state, state.Configuration.Queue.Driver == "redis" ? "queue.redis" : "queue.redis_cluster", new QueueBinding(state.Configuration).Defect());
    }

    private static void ValidateAdapter(LoadState state)
    {
        var binding = new ClusterBinding(state.Configuration);
        var redis = binding.Redis();
        switch (state.Configuration.Adapter.Driver)
        {
            case "redis":
                Report(state, new RedisConnectionOptionsValidator().Validate(null, redis));
                Report(state, new RedisBackplaneOptionsValidator(Options.Create(redis)).Validate(null, binding.RedisBackplane()));
                break;
            case "redis-cluster":
                Report(state, new RedisConnectionOptionsValidator().Validate(null, redis));
                Report(state, new RedisClusterBackplaneOptionsValidator(Options.Create(redis)).Validate(null, binding.RedisCluster()));
                break;
            case "nats":
                Report(state, new NatsBackplaneOptionsValidator().Validate(null, binding.Nats()));
                break;
            default:
                return;
        }

        Report(state, new ClusterOptionsValidator(Options.Create(state.Configuration.Adapter.ClusterHealth)).Validate(null, binding.Cluster("")));
    }

    private static void ValidateStore(LoadState state, string path, string? defect)
    {
        if (defect is not null) Add(state, path, defect);
    }

    // A failure begins with the key or section it is about.
    private static void Report(LoadState state, ValidateOptionsResult result)
    {
        foreach (var failure in result.Failures ?? [])
        {
            var space = failure.IndexOf(' ', StringComparison.Ordinal);
            Add(state, failure[..space].TrimEnd(':'), failure[(space + 1)..]);
        }
    }

    // Several components may use one Redis: what is wrong with it is said once.
    private static void Add(LoadState state, string path, string problem)
    {
        var sentence = problem.TrimEnd('.');
        if (!state.Errors.Any(error => error.Problem == sentence + ".")) state.Error(path, sentence);
    }
}
