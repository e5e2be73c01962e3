using Microsoft.Extensions.Options;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane;

/// <summary>What no driver over Redis' pub/sub can work with.</summary>
internal static class RedisPubSubOptionsRules
{
    /// <summary>Checks a driver's options; each failure begins with the section of the configuration it stands in.</summary>
    public static ValidateOptionsResult Check(string section, int maxMessageBytes, int maxPendingMessages, Func<RedisTarget> resolve)
    {
        var failures = new List<string>();
        if (maxMessageBytes is < 65_536 or > 33_554_432)
        {
            failures.Add($"{section}: the largest message (MaxMessageBytes) must be from 65536 to 33554432.");
        }

        if (maxPendingMessages < 1)
        {
            failures.Add($"{section}: the messages that may wait (MaxPendingMessages) must be 1 or more.");
        }

        if (RedisConnectionFactory.Defect(resolve) is { } defect)
        {
            failures.Add($"{section}: {defect}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
