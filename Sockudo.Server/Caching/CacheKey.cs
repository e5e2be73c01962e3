using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sockudo.Server.Caching;

/// <summary>A key of a cache: the app whose share of the memory it uses, and its text, which alone tells keys of a shared store apart. Immutable.</summary>
internal readonly record struct CacheKey(string AppId, string Text)
{
    // With any of these in an id, the keys of two apps could be one text.
    private static readonly SearchValues<char> Escaped = SearchValues.Create([':', '%', .. Enumerable.Range(0, 32).Select(static c => (char)c), '\x7f']);

    /// <summary>
    /// A key of an app's in a store that others use too: <c>app:&lt;id&gt;:&lt;rest&gt;</c>, as the original has it. A colon, a percent sign or a control
    /// character of the id is written as <c>%XX</c>, so that no two apps have one key.
    /// </summary>
    public static CacheKey OfApp(string appId, string rest) => new(appId, $"app:{Escape(appId)}:{rest}");

    private static string Escape(string appId)
    {
        if (appId.AsSpan().IndexOfAny(Escaped) < 0) return appId;
        var text = new StringBuilder(appId.Length + 8);
        foreach (var c in appId)
        {
            if (Escaped.Contains(c)) text.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}");
            else text.Append(c);
        }

        return text.ToString();
    }
}
