using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;

namespace Sockudo.Server.Apps;

/// <summary>
/// One pattern of <see cref="OriginPatterns"/>: a host, with or without a scheme in front and a port behind. Without them they are
/// open; with a scheme alone the port is the scheme's. A star stands for leading labels (<c>*.example.com</c>, which is
/// <c>example.com</c> too), for a part of the first label (<c>pr-*.example.com</c>), or for the port (<c>localhost:*</c>). Immutable.
/// </summary>
internal sealed class OriginPattern
{
    private const int AnyPort = 0;

    private readonly string? _scheme;
    private readonly IPAddress? _address;
    private readonly int _port;
    private readonly string _host;
    private readonly int _star;

    private OriginPattern(string? scheme, string host, IPAddress? address, int port)
    {
        (_scheme, _host, _address, _port) = (scheme, host, address, port);
        _star = host.IndexOf('*', StringComparison.Ordinal);
    }

    /// <summary>Reads a pattern in lower case.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="pattern">The pattern, when it is one.</param>
    /// <param name="defect">What is wrong with it, as the end of a sentence, when it is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out OriginPattern? pattern, [NotNullWhen(false)] out string? defect)
    {
        pattern = null;
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = separator < 0 ? null : text[..separator];
        var rest = separator < 0 ? text : text[(separator + 3)..];
        defect = scheme is not null && !OriginUrl.IsScheme(scheme) ? "has no scheme in front of ://" : AuthorityDefect(rest);
        if (defect is not null) return false;

        // Alone, an IPv6 address may go without its brackets: what follows its last colon is part of it.
        if (OriginUrl.TryReadAddress(rest, out var bare))
        {
            pattern = new OriginPattern(scheme, "", bare, DefaultPort(scheme));
            return true;
        }

        var port = DefaultPort(scheme);
        if (!OriginUrl.TrySplit(rest, out var host, out var portText)) defect = "has a colon without a port behind it";
        else if (portText is "*") port = AnyPort;
        else if (!portText.IsEmpty && !OriginUrl.TryReadPort(portText, out port)) defect = "has no port from 1 to 65535 behind its colon";
        if (defect is not null) return false;
        if (host is ['[', .., ']'])
        {
            if (!OriginUrl.TryReadAddress(host[1..^1], out var address)) defect = "has no IPv6 address in its brackets";
            else pattern = new OriginPattern(scheme, "", address, port);
            return pattern is not null;
        }

        if (ToAscii(host.ToString()) is not { } name) defect = "has a host name that has no form in ASCII";
        else if ((defect = HostDefect(name)) is null) pattern = new OriginPattern(scheme, name, null, port);
        return pattern is not null;
    }

    /// <summary>Whether an origin is one of those that are meant.</summary>
    public bool Matches(OriginUrl origin) =>
        (_scheme is null || origin.Scheme.Equals(_scheme, StringComparison.OrdinalIgnoreCase))
        && (_port == AnyPort || _port == origin.Port)
        && (_address is not null ? _address.Equals(origin.Address) : origin.Address is null && MatchesHost(origin.Host));

    private bool MatchesHost(ReadOnlySpan<char> host)
    {
        if (_star < 0) return host.Equals(_host, StringComparison.OrdinalIgnoreCase);
        var suffix = _host.AsSpan(_star + 1);
        if (IsLeadingLabels) return host.Equals(suffix[1..], StringComparison.OrdinalIgnoreCase) || host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);
        var prefix = _host.AsSpan(0, _star);
        return host.Length >= prefix.Length + suffix.Length
            && host.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            && !host[prefix.Length..^suffix.Length].Contains('.');
    }

    private bool IsLeadingLabels => _host.StartsWith("*.", StringComparison.Ordinal);

    private static int DefaultPort(string? scheme) => scheme is null ? AnyPort : OriginUrl.DefaultPort(scheme);

    private static string? AuthorityDefect(string text)
    {
        if (text.Length == 0) return "names no host";
        if (text.Contains('@', StringComparison.Ordinal)) return "has user information, which no origin has";
        return text.AsSpan().ContainsAny("/\\?#") ? "has something behind host and port (a path, a slash), which no origin has" : null;
    }

    private static string? HostDefect(string host)
    {
        var star = host.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return OriginUrl.IsHost(host) ? null : "has no valid host name";
        if (host.LastIndexOf('*') != star) return "has more than one star in its host name";
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        if (host is "*" || (dot >= 0 && (dot < star || !OriginUrl.IsHost(host.AsSpan(dot + 1)))))
            return "may have a star only for leading labels (*.example.com), for a part of the first label (pr-*.example.com), or for the port";
        return OriginUrl.IsHost(host.Replace("*", "a", StringComparison.Ordinal)) ? null : "has no valid host name";
    }

    // Browsers write names of other scripts in the letters of DNS.
    private static string? ToAscii(string host)
    {
        if (Ascii.IsValid(host)) return host;
        try
        {
            var labels = host.Split('.');
            for (var i = 0; i < labels.Length; i++)
            {
                if (!Ascii.IsValid(labels[i])) labels[i] = labels[i].Contains('*', StringComparison.Ordinal) ? throw new ArgumentException("a star") : new IdnMapping().GetAscii(labels[i]);
            }

            return string.Join('.', labels);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
