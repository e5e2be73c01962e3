using System.Text;
using static Sockudo.Tests.Integration.Rfc6455.Steps;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>
/// Text that is and is not UTF-8 (RFC 6455 §8.1). What is not closes with 1007, at the first byte that cannot belong to it: the
/// fail-fast cases keep the rest back until they have seen the close.
/// </summary>
internal static class Utf8Cases
{
    private static readonly string[] Ordinary = ["hello$world", "hello¢world", "hello€world", "hello𤭢world", Encoding.UTF8.GetString(Utf8Samples.Kosme)];

    public static IEnumerable<ConformanceCase> All =>
    [
        new("6.1.1", "text of no bytes", Send(Wire.Text([])), NotUnderstood, Open),
        new("6.1.2", "three fragments of no bytes", Send(Wire.Text([], fin: false), Wire.Continuation([], fin: false), Wire.Continuation([])), NotUnderstood, Open),
        new("6.1.3", "three fragments, the middle one not empty",
            Send(Wire.Text([], fin: false), Wire.Continuation(Wire.Message("6.1.3", Utf8Samples.Hello), fin: false), Wire.Continuation([])),
            Echo(Wire.Message("6.1.3", Utf8Samples.Hello)), Open),
        .. WholeText,
        new("6.3.1", "a surrogate inside text, in one frame", Send(Wire.Text(Wire.Message("6.3.1", Utf8Samples.KosmeWithSurrogate))), Closed(1007)),
        new("6.3.2", "a surrogate inside text, in fragments of a byte",
            Send([.. Wire.Fragments(1, Wire.Message("6.3.2", Utf8Samples.KosmeWithSurrogate), 1)]), Closed(1007)),
        .. FailFast,
        .. Ordinary.Select(static (text, i) => Valid($"6.5.{i + 1}", text, Encoding.UTF8.GetBytes(text))),
        .. Prefixes,
        .. Group("6.7", "the first sequence of its length", Utf8Samples.FirstOfLength, isValid: true),
        .. Group("6.8", "the first sequence of an impossible length", Utf8Samples.FirstOfImpossibleLength, isValid: false),
        .. Group("6.9", "the last sequence of its length", Utf8Samples.LastOfLength, isValid: true),
        .. Group("6.10", "the last sequence of an impossible length", Utf8Samples.LastOfImpossibleLength, isValid: false),
        .. Group("6.11", "a boundary", Utf8Samples.ValidBoundaries, isValid: true),
        .. Group("6.11", "a boundary", Utf8Samples.InvalidBoundaries, isValid: false, first: Utf8Samples.ValidBoundaries.Length + 1),
        .. Group("6.12", "continuation bytes alone", Utf8Samples.LonelyContinuations, isValid: false),
        .. Group("6.13", "start bytes alone", Utf8Samples.LonelyStarts, isValid: false),
        .. Utf8Samples.WithoutLastByte.Select(static (hex, i) => Cut($"6.14.{i + 1}", $"a message that ends with {hex}", Convert.FromHexString(hex))),
        .. Group("6.15", "cut sequences in a row", Utf8Samples.ConcatenatedCuts, isValid: false),
        .. Group("6.16", "impossible bytes", Utf8Samples.ImpossibleBytes, isValid: false),
        .. Group("6.17", "an overlong slash", Utf8Samples.OverlongSlash, isValid: false),
        .. Group("6.18", "the longest overlong sequence", Utf8Samples.LongestOverlong, isValid: false),
        .. Group("6.19", "an overlong null", Utf8Samples.OverlongNull, isValid: false),
        .. Group("6.20", "a surrogate", Utf8Samples.Surrogates, isValid: false),
        .. Group("6.21", "a pair of surrogates", Utf8Samples.SurrogatePairs, isValid: false),
        .. Group("6.22", "a code point that is no character", Utf8Samples.NonCharacters, isValid: true),
        .. Group("6.23", "a special code point", Utf8Samples.Specials, isValid: true),
    ];

    private static ConformanceCase[] WholeText
    {
        get
        {
            var one = Wire.Message("6.2.1", Utf8Samples.Hello);
            var two = Wire.Message("6.2.2", Utf8Samples.Hello);
            var each = Wire.Message("6.2.3", Utf8Samples.Hello);
            var kosme = Wire.Message("6.2.4", Utf8Samples.Kosme);

            // Between the characters µ and @.
            var boundary = Wire.Beginning("6.2.2").Length + Encoding.UTF8.GetByteCount("Hello-µ");
            return
            [
                new("6.2.1", "text in one frame", Send(Wire.Text(one)), Echo(one), Open),
                new("6.2.2", "text in two fragments between characters", Send(Wire.Text(two[..boundary], fin: false), Wire.Continuation(two[boundary..])), Echo(two), Open),
                new("6.2.3", "text in fragments of a byte", Send([.. Wire.Fragments(1, each, 1)]), Echo(each), Open),
                new("6.2.4", "text of long characters in fragments of a byte", Send([.. Wire.Fragments(1, kosme, 1)]), Echo(kosme), Open),
            ];
        }
    }

    private static ConformanceCase[] FailFast
    {
        get
        {
            // The third part is never sent: the close must come without it.
            byte[] whole = [.. Utf8Samples.KosmeBeyondUnicode, (byte)'"', (byte)'}'];
            var kosme = Utf8Samples.Kosme.Length;
            return
            [
                new("6.4.1", "a code point beyond Unicode is told before the last fragment", Fragments("6.4.1", whole, kosme, kosme + 4)),
                new("6.4.2", "its second byte is told before the third", Fragments("6.4.2", whole, kosme + 1, kosme + 2)),
                new("6.4.3", "the same inside one frame, before its last part", Parts("6.4.3", whole, kosme, kosme + 4)),
                new("6.4.4", "its second byte inside one frame, before the third", Parts("6.4.4", whole, kosme + 1, kosme + 2)),
            ];
        }
    }

    private static IEnumerable<ConformanceCase> Prefixes => Enumerable.Range(1, Utf8Samples.Kosme.Length).Select(static length =>
    {
        var bytes = Utf8Samples.Kosme[..length];
        var title = $"the first {length} bytes of κόσμε";
        return length is 2 or 5 or 7 or 9 or 11 ? Valid($"6.6.{length}", title, bytes) : Cut($"6.6.{length}", title, bytes);
    });

    private static IEnumerable<ConformanceCase> Group(string group, string what, string[] samples, bool isValid, int first = 1) =>
        samples.Select((hex, i) =>
        {
            var (id, title, bytes) = ($"{group}.{first + i}", $"{what}: {(hex.Length > 24 ? hex[..24] + "…" : hex)}", Convert.FromHexString(hex));
            return isValid ? Valid(id, title, bytes) : Invalid(id, title, bytes);
        });

    private static ConformanceCase Valid(string id, string title, byte[] data)
    {
        // UTF-8 may hold a null; JSON may not: a message that is not understood, on a connection that stays.
        if (data.Contains((byte)0)) return new(id, title, Send(Wire.Text(Wire.Message(id, data))), NotUnderstood, Open);
        return new(id, title, Send(Wire.Text(Wire.Message(id, data))), Echo(Wire.Message(id, data)), Open);
    }

    private static ConformanceCase Invalid(string id, string title, byte[] data) => new(id, title, Send(Wire.Text(Wire.Message(id, data))), Closed(1007));

    /// <summary>A message that ends inside a character.</summary>
    private static ConformanceCase Cut(string id, string title, byte[] data) =>
        new(id, title, Send(Wire.Text([.. Wire.Beginning(id), .. data])), Closed(1007));

    private static Step[] Fragments(string id, byte[] data, int first, int second) =>
    [
        Send(Wire.Text([.. Wire.Beginning(id), .. data[..first]], fin: false)),
        Send(Wire.Continuation(data[first..second], fin: false)),
        Closed(1007),
    ];

    private static Step[] Parts(string id, byte[] data, int first, int second)
    {
        var frame = Wire.Text([.. Wire.Beginning(id), .. data]);
        var begin = frame.Length - data.Length;
        return [Send(frame[..(begin + first)]), Send(frame[(begin + first)..(begin + second)]), Closed(1007)];
    }
}
