using System.Buffers;
using System.Collections.Frozen;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Hides secrets in values that are shown. What cannot be told from a secret is hidden with it. Pure.</summary>
internal static class SecretMask
{
    private const string Hidden = "********";

    // Options of StackExchange.Redis that say nothing secret.
    private static readonly FrozenSet<string> Open = FrozenSet.ToFrozenSet(
        ["ssl", "sslhost", "sslprotocols", "name", "servicename", "abortconnect", "connecttimeout", "synctimeout", "asynctimeout", "connectretry", "defaultdatabase", "keepalive", "allowadmin", "protocol"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+");

    /// <summary>One value with what <paramref name="secrecy"/> forbids replaced; "unset" and "none" stay as they are.</summary>
    public static string Apply(string shown, Secrecy secrecy) => secrecy switch
    {
        Secrecy.None => shown,
        _ when shown is "unset" or "none" or "\"\"" => shown,
        Secrecy.Secret => Hidden,
        _ => Address(shown),
    };

    /// <summary>The items of a list, each masked as one: a separator within a password cuts nothing off.</summary>
    public static IEnumerable<string> Items(IReadOnlyList<string> items, Secrecy secrecy)
    {
        var shown = new string[items.Count];

        // A comma within a password has cut one URL into several items: the end has the at-sign, the beginning the scheme.
        var isCut = false;
        for (var i = items.Count - 1; i >= 0; i--)
        {
            var separator = Separator(items[i]);
            shown[i] = !isCut ? Apply(items[i], secrecy) : separator < 0 ? Hidden : items[i][..(separator + 3)] + Hidden;
            isCut = separator < 0 && (isCut || items[i].Contains('@', StringComparison.Ordinal));
        }

        return shown;
    }

    private static string Address(string text)
    {
        var separator = Separator(text);
        if (separator < 0 && text.Contains('=', StringComparison.Ordinal)) return Pairs(text);
        var host = separator < 0 ? 0 : separator + 3;
        var at = text.LastIndexOf('@');
        var query = text.IndexOf('?', StringComparison.Ordinal);

        // With an at-sign behind a parameter nobody can tell where the password ends.
        if (query >= 0 && at > query && text.IndexOf('=', query) is >= 0 and var equals && equals < at) return text[..host] + Hidden;
        if (at >= host) text = $"{text[..host]}{Hidden}{text[at..]}";
        query = text.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? text : text[..(query + 1)] + Hidden;
    }

    // Where a scheme ends; a password may hold :// too.
    private static int Separator(string text)
    {
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        return separator > 0 && !text.AsSpan(0, separator).ContainsAnyExcept(SchemeCharacters) ? separator : -1;
    }

    // The form of StackExchange.Redis: host:port,password=P,ssl=true. What follows a secret and is no option may be the rest of it.
    private static string Pairs(string text)
    {
        var shown = new List<string>();
        var afterSecret = false;
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : part[..equals].Trim();
            if (equals < 0 ? !afterSecret && !part.Contains('@', StringComparison.Ordinal) : Open.Contains(name)) shown.Add(part);
            else if (name.Equals("password", StringComparison.OrdinalIgnoreCase) || name.Equals("user", StringComparison.OrdinalIgnoreCase))
            {
                shown.Add(part[..(equals + 1)] + Hidden);
                afterSecret = true;
            }
            else if (!afterSecret)
            {
                shown.Add(Hidden);
                afterSecret = true;
            }
        }

        return string.Join(',', shown);
    }
}
