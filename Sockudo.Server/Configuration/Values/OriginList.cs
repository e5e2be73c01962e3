using Sockudo.Server.Apps;

namespace Sockudo.Server.Configuration.Values;

/// <summary>Lists of origin patterns, each checked by <see cref="OriginPatterns"/>.</summary>
internal static class OriginList
{
    /// <summary>The format of <c>allowed_origins</c> and <c>cors.origin</c>.</summary>
    public static readonly ListFormat Format = new(
        "list of origins",
        "a list of origins: \"*\", an origin such as https://example.com, a host, or a pattern with one star such as *.example.com",
        static text => IsPattern(text) ? text : null);

    private static bool IsPattern(string text)
    {
        // The patterns' own parser throws; here a wrong pattern is an ordinary answer.
        try
        {
            OriginPatterns.Parse([text]);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
