namespace Sockudo.Server.Configuration.Keys;

/// <summary>Hides secrets in values that are shown.</summary>
internal static class SecretMask
{
    private const string Hidden = "********";

    /// <summary>The value with what <paramref name="secrecy"/> forbids replaced; "unset" and "none" stay as they are.</summary>
    public static string Apply(string shown, Secrecy secrecy) => secrecy switch
    {
        Secrecy.None => shown,
        _ when shown is "unset" or "none" or "\"\"" => shown,
        Secrecy.Secret => Hidden,
        _ => string.Join(", ", shown.Split(", ").Select(Url)),
    };

    private static string Url(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        if (start < 0 && text.Contains('=', StringComparison.Ordinal)) return Pairs(text);
        var at = text.LastIndexOf('@');
        var host = start < 0 ? 0 : start + 3;
        if (at >= host) text = $"{text[..host]}{Hidden}{text[at..]}";
        var query = text.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? text : text[..(query + 1)] + Hidden;
    }

    // The form of StackExchange.Redis: host:port,password=P,ssl=true.
    private static string Pairs(string text) => string.Join(',', text.Split(',').Select(static part =>
    {
        var name = part.TrimStart();
        return name.StartsWith("password=", StringComparison.OrdinalIgnoreCase) || name.StartsWith("user=", StringComparison.OrdinalIgnoreCase)
            ? part[..(part.IndexOf('=', StringComparison.Ordinal) + 1)] + Hidden
            : part;
    }));
}
