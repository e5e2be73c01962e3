using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Sockudo.Server.Protocol;

/// <summary>What is wrong with a text that should be a JSON object.</summary>
internal enum JsonFault
{
    None,

    /// <summary>It does not begin as an object.</summary>
    NotAnObject,

    /// <summary>Syntax, or it is cut off.</summary>
    Syntax,

    /// <summary>Something follows the object.</summary>
    TextBehind,

    /// <summary>Nested deeper than <see cref="JsonScanner.MaxDepth"/>.</summary>
    Depth,

    /// <summary>An escape of half a surrogate pair, which strict parsers refuse.</summary>
    LoneSurrogate,
}

/// <summary>
/// Reads the members of one JSON object, or proves one value, in a single pass (RFC 8259) and never throws: what a stranger sends broken must cost no
/// more than what he sends whole, and <see cref="Utf8JsonReader"/> says no by an exception only. The text is UTF-8 by an earlier check.
/// </summary>
internal ref struct JsonScanner(ReadOnlySpan<byte> json)
{
    /// <summary>The deepest nesting, the object itself included.</summary>
    public const int MaxDepth = 64;

    private static readonly SearchValues<byte> EndsPlainText = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static control => (byte)control), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _json = json;
    private int _at;
    private bool _isBehindMember;
    private bool _hasEnded;

    /// <summary>What was wrong; <see cref="JsonFault.None"/> while nothing is.</summary>
    public JsonFault Fault { get; private set; }

    /// <summary>Whether a text is one value, of any type, and nothing else.</summary>
    public static bool IsOneValue(ReadOnlySpan<byte> json)
    {
        var scanner = new JsonScanner(json);
        scanner.SkipBlanks();
        if (!scanner.TrySkipValue(around: 0, out _)) return false;
        scanner.SkipBlanks();
        return scanner._at == json.Length;
    }

    /// <summary>Enters the object.</summary>
    public bool TryBegin()
    {
        SkipBlanks();
        return Take((byte)'{') || Fail(JsonFault.NotAnObject);
    }

    /// <summary>Takes the next member; false at the object's end and at a fault. <paramref name="name"/> and <paramref name="value"/> are raw tokens.</summary>
    public bool TryNext(out ReadOnlySpan<byte> name, out JsonTokenType type, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        type = JsonTokenType.None;
        SkipBlanks();
        if (Take((byte)'}'))
        {
            _hasEnded = true;
            return false;
        }

        if (_isBehindMember)
        {
            if (!Take((byte)',')) return Fail(JsonFault.Syntax);
            SkipBlanks();
        }

        _isBehindMember = true;
        var start = _at;
        if (!TrySkipText()) return false;
        name = _json[start.._at];
        SkipBlanks();
        if (!Take((byte)':')) return Fail(JsonFault.Syntax);
        SkipBlanks();
        start = _at;
        if (!TrySkipValue(around: 1, out type)) return false;
        value = _json[start.._at];
        return true;
    }

    /// <summary>Whether the whole text was one object without a fault. Called when <see cref="TryNext"/> said no.</summary>
    public bool TryEnd()
    {
        if (Fault != JsonFault.None) return false;
        if (!_hasEnded) return Fail(JsonFault.Syntax);
        SkipBlanks();
        return _at == _json.Length || Fail(JsonFault.TextBehind);
    }

    /// <summary>Whether a string token that was scanned says <paramref name="text"/>, escaped or not.</summary>
    public static bool Says(ReadOnlySpan<byte> token, ReadOnlySpan<byte> text)
    {
        if (token.Length < text.Length + 2) return false;
        var inner = token[1..^1];
        return inner.SequenceEqual(text) || (inner.Contains((byte)'\\') && Reader(token).ValueTextEquals(text));
    }

    /// <summary>The text of a string token that was scanned.</summary>
    public static string Text(ReadOnlySpan<byte> token) =>
        token.Contains((byte)'\\') ? Reader(token).GetString()! : Encoding.UTF8.GetString(token[1..^1]);

    private static Utf8JsonReader Reader(ReadOnlySpan<byte> token)
    {
        var reader = new Utf8JsonReader(token);
        reader.Read();
        return reader;
    }

    // Within so many levels of nesting.
    private bool TrySkipValue(int around, out JsonTokenType type)
    {
        type = JsonTokenType.None;
        var isObject = 0UL; // a bit a level, the innermost last
        var depth = around;
        while (true)
        {
            if (!TryBeginValue(out var begun)) return false;
            if (type == JsonTokenType.None) type = begun;
            if (begun is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                if (depth++ == MaxDepth) return Fail(JsonFault.Depth);
                isObject = (isObject << 1) | (begun == JsonTokenType.StartObject ? 1UL : 0);
                SkipBlanks();
                if (_at < _json.Length && _json[_at] != End(isObject))
                {
                    if ((isObject & 1) != 0 && !TrySkipName()) return false;
                    continue;
                }
            }

            while (depth > around)
            {
                SkipBlanks();
                if (Take((byte)','))
                {
                    SkipBlanks();
                    if ((isObject & 1) != 0 && !TrySkipName()) return false;
                    break;
                }

                if (!Take(End(isObject))) return Fail(JsonFault.Syntax);
                isObject >>= 1;
                depth--;
            }

            if (depth == around) return true;
        }
    }

    private static byte End(ulong isObject) => (isObject & 1) != 0 ? (byte)'}' : (byte)']';

    private bool TryBeginValue(out JsonTokenType type)
    {
        type = JsonTokenType.None;
        if (_at >= _json.Length) return Fail(JsonFault.Syntax);
        switch (_json[_at])
        {
            case (byte)'"':
                type = JsonTokenType.String;
                return TrySkipText();
            case (byte)'{':
                type = JsonTokenType.StartObject;
                _at++;
                return true;
            case (byte)'[':
                type = JsonTokenType.StartArray;
                _at++;
                return true;
            case (byte)'t':
                type = JsonTokenType.True;
                return TrySkipWord("true"u8);
            case (byte)'f':
                type = JsonTokenType.False;
                return TrySkipWord("false"u8);
            case (byte)'n':
                type = JsonTokenType.Null;
                return TrySkipWord("null"u8);
            default:
                type = JsonTokenType.Number;
                return TrySkipNumber();
        }
    }

    private bool TrySkipName()
    {
        if (!TrySkipText()) return false;
        SkipBlanks();
        if (!Take((byte)':')) return Fail(JsonFault.Syntax);
        SkipBlanks();
        return true;
    }

    private bool TrySkipText()
    {
        if (!Take((byte)'"')) return Fail(JsonFault.Syntax);
        while (true)
        {
            var plain = _json[_at..].IndexOfAny(EndsPlainText);
            if (plain < 0) return Fail(JsonFault.Syntax);
            _at += plain;
            if (Take((byte)'"')) return true;
            if (!TrySkipEscape()) return false;
        }
    }

    private bool TrySkipEscape()
    {
        if (_json[_at] != (byte)'\\' || _at + 1 >= _json.Length) return Fail(JsonFault.Syntax);
        switch (_json[_at + 1])
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                _at += 2;
                return true;
            case (byte)'u':
                if (!TryReadUnit(out var unit)) return Fail(JsonFault.Syntax);
                if (!char.IsSurrogate(unit)) return true;
                if (char.IsHighSurrogate(unit) && TryReadUnit(out var low) && char.IsLowSurrogate(low)) return true;
                return Fail(JsonFault.LoneSurrogate);
            default:
                return Fail(JsonFault.Syntax);
        }
    }

    private bool TryReadUnit(out char unit)
    {
        unit = '\0';
        if (_at + 6 > _json.Length || _json[_at] != (byte)'\\' || _json[_at + 1] != (byte)'u') return false;
        var value = 0;
        foreach (var digit in _json.Slice(_at + 2, 4))
        {
            if (!char.IsAsciiHexDigit((char)digit)) return false;
            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        unit = (char)value;
        _at += 6;
        return true;
    }

    private bool TrySkipNumber()
    {
        Take((byte)'-');
        if (!Take((byte)'0') && !TrySkipDigits()) return Fail(JsonFault.Syntax);
        if (Take((byte)'.') && !TrySkipDigits()) return Fail(JsonFault.Syntax);
        if (!Take((byte)'e') && !Take((byte)'E')) return true;
        if (!Take((byte)'+')) Take((byte)'-');
        return TrySkipDigits() || Fail(JsonFault.Syntax);
    }

    private bool TrySkipDigits()
    {
        var start = _at;
        while (_at < _json.Length && char.IsAsciiDigit((char)_json[_at])) _at++;
        return _at > start;
    }

    private bool TrySkipWord(ReadOnlySpan<byte> word)
    {
        if (!_json[_at..].StartsWith(word)) return Fail(JsonFault.Syntax);
        _at += word.Length;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _json.Length && (_json[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')) _at++;
    }

    private bool Take(byte expected)
    {
        if (_at >= _json.Length || _json[_at] != expected) return false;
        _at++;
        return true;
    }

    private bool Fail(JsonFault fault)
    {
        if (Fault == JsonFault.None) Fault = fault;
        return false;
    }
}
