using System.Buffers;
using System.Text;

namespace Sockudo.Server.Transport;

/// <summary>
/// Checks that a text message is UTF-8 while it arrives, across frames, and says no at the first byte that cannot belong to it
/// (RFC 6455 §8.1). Owned by one reader.
/// </summary>
internal struct Utf8Validator
{
    // The bytes of a character cut by the end of the last piece: at most three.
    private byte _b0, _b1, _b2;
    private int _held;

    /// <summary>Whether the text seen so far ends on a character boundary.</summary>
    public readonly bool IsComplete => _held == 0;

    /// <summary>Takes the next piece; false at the first byte that makes the text invalid.</summary>
    public bool Feed(ReadOnlySpan<byte> piece)
    {
        if (_held > 0 && !FinishHeld(ref piece)) return false;
        if (piece.IsEmpty) return true;
        if (System.Text.Unicode.Utf8.IsValid(piece)) return true;

        var rest = piece;
        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(rest, out _, out var consumed);
            if (status == OperationStatus.InvalidData) return false;
            if (status == OperationStatus.NeedMoreData)
            {
                Hold(rest);
                return true;
            }

            rest = rest[consumed..];
        }

        return true;
    }

    private bool FinishHeld(ref ReadOnlySpan<byte> piece)
    {
        Span<byte> character = stackalloc byte[4];
        character[0] = _b0;
        character[1] = _b1;
        character[2] = _b2;
        while (!piece.IsEmpty)
        {
            character[_held] = piece[0];
            piece = piece[1..];
            var length = _held + 1;
            switch (Rune.DecodeFromUtf8(character[..length], out _, out _))
            {
                case OperationStatus.Done:
                    _held = 0;
                    return true;
                case OperationStatus.InvalidData:
                    return false;
            }

            Hold(character[..length]);
        }

        return true;
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        _held = bytes.Length;
        _b0 = bytes[0];
        _b1 = bytes.Length > 1 ? bytes[1] : (byte)0;
        _b2 = bytes.Length > 2 ? bytes[2] : (byte)0;
    }
}
