namespace Sockudo.Server.Apps;

/// <summary>Which channels a webhook is about: everything that is given must hold. Costs linear time. Immutable, thread-safe.</summary>
/// <param name="prefix">What the name begins with; null is anything.</param>
/// <param name="suffix">What the name ends with; null is anything.</param>
/// <param name="pattern">What is found in the name; null is anything.</param>
internal sealed class ChannelFilter(string? prefix, string? suffix, ChannelPattern? pattern)
{
    /// <summary>Whether the channel's name fits.</summary>
    public bool Matches(string channel)
    {
        if (prefix is not null && !channel.StartsWith(prefix, StringComparison.Ordinal)) return false;
        if (suffix is not null && !channel.EndsWith(suffix, StringComparison.Ordinal)) return false;
        return pattern is null || pattern.IsMatch(channel);
    }
}
