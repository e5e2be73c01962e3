using System.Text;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>Byte sequences for the UTF-8 cases (Unicode, table 3-7; Markus Kuhn's decoder stress test).</summary>
internal static class Utf8Samples
{
    public const string Hello = "Hello-µ@ßöäüàá-UTF-8!!";

    /// <summary>κόσμε, its second letter U+1F79: eleven bytes, of which one character takes three.</summary>
    public static readonly byte[] Kosme = [0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xCF, 0x83, 0xCE, 0xBC, 0xCE, 0xB5];

    public static readonly byte[] KosmeWithSurrogate = [.. Kosme, 0xED, 0xA0, 0x80, .. "edited"u8];

    public static readonly byte[] KosmeBeyondUnicode = [.. Kosme, 0xF4, 0x90, 0x80, 0x80, .. "edited"u8];

    public static readonly string[] FirstOfLength = ["00", "C280", "E0A080", "F0908080"];
    public static readonly string[] FirstOfImpossibleLength = ["F888808080", "FC8480808080"];
    public static readonly string[] LastOfLength = ["7F", "DFBF", "EFBFBF", "F48FBFBF"];
    public static readonly string[] LastOfImpossibleLength = ["F7BFBFBF", "FBBFBFBFBF", "FDBFBFBFBFBF"];
    public static readonly string[] ValidBoundaries = ["ED9FBF", "EE8080", "EFBFBD", "F48FBFBF"];
    public static readonly string[] InvalidBoundaries = ["F4908080"];

    public static readonly string[] LonelyContinuations =
        ["80", "BF", "80BF", "80BF80", "80BF80BF", "80BF80BF80", "80BF80BF80BF", Run(0x80, 0xBE, "")];

    public static readonly string[] LonelyStarts = [Run(0xC0, 0xDF, "20"), Run(0xE0, 0xEF, "20"), Run(0xF0, 0xF7, "20"), Run(0xF8, 0xFB, "20"), Run(0xFC, 0xFD, "20")];

    public static readonly string[] WithoutLastByte =
        ["C0", "E080", "F08080", "F8808080", "FC80808080", "DF", "EFBF", "F7BFBF", "FBBFBFBF", "FDBFBFBFBF"];

    public static readonly string[] ConcatenatedCuts = [string.Concat(WithoutLastByte)];
    public static readonly string[] ImpossibleBytes = ["FE", "FF", "FEFEFFFF"];
    public static readonly string[] OverlongSlash = ["C0AF", "E080AF", "F08080AF", "F8808080AF", "FC80808080AF"];
    public static readonly string[] LongestOverlong = ["C1BF", "E09FBF", "F08FBFBF", "F887BFBFBF", "FC83BFBFBFBF"];
    public static readonly string[] OverlongNull = ["C080", "E08080", "F0808080", "F880808080", "FC8080808080"];
    public static readonly string[] Surrogates = ["EDA080", "EDADBF", "EDAE80", "EDAFBF", "EDB080", "EDBE80", "EDBFBF"];

    public static readonly string[] SurrogatePairs =
    [
        "EDA080EDB080", "EDA080EDBFBF", "EDADBFEDB080", "EDADBFEDBFBF", "EDAE80EDB080", "EDAE80EDBFBF", "EDAFBFEDB080", "EDAFBFEDBFBF",
    ];

    /// <summary>The last two code points of each of the 17 planes: no characters, and still valid.</summary>
    public static readonly string[] NonCharacters =
        [.. Enumerable.Range(0, 17).SelectMany(static plane => new[] { Hex((plane << 16) | 0xFFFE), Hex((plane << 16) | 0xFFFF) })];

    /// <summary>U+FFF9 to U+FFFF.</summary>
    public static readonly string[] Specials = [.. Enumerable.Range(0xFFF9, 7).Select(Hex)];

    private static string Hex(int codePoint) => Convert.ToHexString(Encoding.UTF8.GetBytes(new Rune(codePoint).ToString()));

    private static string Run(int first, int last, string behindEach) =>
        string.Concat(Enumerable.Range(first, last - first + 1).Select(value => value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture) + behindEach));
}
