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
            if (key.Path == "queue.driver" && value == "sns")
            {
                state.Error(key.Path, "the driver 'sns' is not in this build: it has no client for SNS, and SNS keeps nothing for a server to deliver. Use sqs");
                continue;
            }

            var list = string.Join(", ", choice.Available);
            state.Error(key.Path, $"the driver '{value}' is not in this build; {(choice.Available.Count == 1 ? $"the only driver is {list}" : $"drivers are {list}")}");
        }
    }
}
