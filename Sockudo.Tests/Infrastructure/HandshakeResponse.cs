using System.Globalization;

namespace Sockudo.Tests.Infrastructure;

/// <summary>Head of an HTTP answer. A repeated header keeps its last value.</summary>
public sealed record HandshakeResponse(int Status, string StatusLine, IReadOnlyDictionary<string, string> Headers)
{
    public static HandshakeResponse Parse(string head)
    {
        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new HandshakeResponse(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), lines[0], headers);
    }
}
