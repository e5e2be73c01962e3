namespace Sockudo.Server.Configuration.Validation;

/// <summary>Refuses drivers the original has and this build has not, for what is switched on.</summary>
internal static class DriverValidator
{
    /// <summary>Adds an error for each.</summary>
    public static void Validate(LoadState state)
    {
        foreach (var key in ConfigurationTable.Keys)
        {
            if (key.Choice is not { } choice) continue;
            var value = key.Display(state.Configuration);
            if (choice.Available.Contains(value)) continue;

            // Shipped files name a redis limiter that is switched off.
            if (key.Path == "rate_limiter.driver" && !state.Configuration.RateLimiter.Enabled) continue;
            var list = string.Join(", ", choice.Available);
            state.Error(key.Path, $"the driver '{value}' is not in this build; {(choice.Available.Count == 1 ? $"the only driver is {list}" : $"drivers are {list}")}");
        }
    }
}
