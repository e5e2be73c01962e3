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
        var at = text.LastIndexOf('@');
        if (start >= 0 && at > start) text = $"{text[..(start + 3)]}{Hidden}{text[at..]}";
        var query = text.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0 && start >= 0) text = text[..(query + 1)] + Hidden;
        if (start >= 0) return text;

        // The form of StackExchange.Redis: host:port,password=P,ssl=true.
        return string.Join(',', text.Split(',').Select(static part =>
            part.TrimStart().StartsWith("password=", StringComparison.OrdinalIgnoreCase) || part.TrimStart().StartsWith("user=", StringComparison.OrdinalIgnoreCase)
                ? part[..(part.IndexOf('=', StringComparison.Ordinal) + 1)] + Hidden
                : part));
    }
}
