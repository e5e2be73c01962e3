namespace Sockudo.Server.Apps;

/// <summary>What a step of a <see cref="ChannelPattern"/> asks for.</summary>
internal enum PatternStepKind
{
    /// <summary>A character of a set.</summary>
    Character,

    /// <summary>The next step or another.</summary>
    Split,

    /// <summary>Another step.</summary>
    Jump,

    /// <summary>The pattern's end: it is found.</summary>
    End,

    /// <summary>The name's beginning.</summary>
    Beginning,

    /// <summary>A line's beginning.</summary>
    BeginningOfLine,

    /// <summary>The name's end, nothing behind it.</summary>
    VeryEnd,

    /// <summary>The name's end, or the line end that ends it.</summary>
    EndOfName,

    /// <summary>A line's end.</summary>
    EndOfLine,

    /// <summary>Where a word begins or ends.</summary>
    Boundary,

    /// <summary>Where none does.</summary>
    NoBoundary,
}

/// <summary>A step of a <see cref="ChannelPattern"/>; the next one follows it unless it says otherwise.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Set">Of a character: which.</param>
/// <param name="Target">Of a split or jump: the other step.</param>
internal readonly record struct PatternStep(PatternStepKind Kind, PatternSet? Set = null, int Target = 0);
