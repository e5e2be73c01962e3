namespace Sockudo.Server.Configuration.Validation;

/// <summary>Refuses a cache or a limiter in a Redis that no key tells where it is.</summary>
internal static class StoresValidator
{
    /// <summary>Adds an error for each.</summary>
    public static void Validate(LoadState state)
    {
        if (StoreBinding.Cache(state.Configuration).Defect() is { } ofCache) state.Error("cache.driver", ofCache, state.Origin("cache.driver"));
        if (StoreBinding.RateLimiter(state.Configuration).Defect() is { } ofLimiter) state.Error("rate_limiter.driver", ofLimiter, state.Origin("rate_limiter.driver"));
    }
}
