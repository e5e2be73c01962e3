using System.Text.RegularExpressions;

namespace Sockudo.Server.Apps;

/// <summary>Which characters one element of a regular expression stands for, by .NET's own rules. Immutable, thread-safe.</summary>
internal sealed class PatternSet
{
    private const int Ascii = 128;

    private readonly bool[] _ascii = new bool[Ascii];
    private readonly Regex _one;

    /// <param name="element">An element that stands for one character: a letter, an escape, a class.</param>
    /// <param name="options">How it is to be read.</param>
    public PatternSet(string element, RegexOptions options)
    {
        // One element between two ends: there is nothing to try twice.
        _one = new Regex($"\\A(?:{element})\\z", options | RegexOptions.CultureInvariant);
        Span<char> character = stackalloc char[1];
        for (var i = 0; i < Ascii; i++)
        {
            character[0] = (char)i;
            _ascii[i] = _one.IsMatch(character);
        }
    }

    /// <summary>Whether a character is one of them.</summary>
    public bool Contains(char character) => character < Ascii ? _ascii[character] : _one.IsMatch([character]);
}
