namespace Sockudo.Server.Configuration;

/// <summary>Turns the rate limiter on for those who configured it without saying <c>enabled</c>, as the original does for everybody.</summary>
internal static class RateLimiterSwitch
{
    private const string Section = "rate_limiter";

    /// <summary>Decides <c>rate_limiter.enabled</c> when nobody set it.</summary>
    public static void Resolve(LoadState state)
    {
        var enabled = Section + ".enabled";
        if (!state.Origin(enabled).IsDefault) return;
        var origin = state.InFile.Contains(Section) ? ValueOrigin.File(state.File!) : ByVariable(state);
        if (origin.IsDefault) return;
        state.Configuration.RateLimiter.Enabled = true;
        state.Origins[enabled] = origin;
    }

    private static ValueOrigin ByVariable(LoadState state)
    {
        foreach (var key in ConfigurationTable.Keys)
        {
            if (!key.Path.StartsWith(Section + ".", StringComparison.Ordinal)) continue;
            var origin = state.Origin(key.Path);

            // REDIS_URL says where a Redis is, for whatever uses one; nobody asks for a limiter with it.
            if (!origin.IsDefault && origin.Name != "REDIS_URL") return origin;
        }

        return ValueOrigin.Default;
    }
}
