using Sockudo.Server.Apps;

namespace Sockudo.Server.Configuration.Values;

/// <summary>Lists of origin patterns, each checked by <see cref="OriginPatterns"/>.</summary>
internal static class OriginList
{
    /// <summary>The format of <c>allowed_origins</c> and <c>cors.origin</c>.</summary>
    public static readonly ListFormat Format = new(
        "list of origins",
        "a list of origins: \"*\", \"null\", a host such as example.com (any scheme and port), an origin such as https://example.com, " +
        "with a star for leading labels (*.example.com), a part of the first label (pr-*.example.com) or the port (localhost:*)",
        static text => OriginPatterns.Defect(text) is null ? text : null,
        defect: OriginPatterns.Defect);
}
