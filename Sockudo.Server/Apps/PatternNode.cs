namespace Sockudo.Server.Apps;

/// <summary>A part of a regular expression. Immutable once it is read.</summary>
/// <param name="At">Where it begins in the pattern.</param>
internal abstract record PatternNode(int At);

/// <summary>One character, or a place between two.</summary>
internal sealed record PatternElement(int At, PatternStepKind Kind, PatternSet? Set) : PatternNode(At);

/// <summary>One part behind another.</summary>
internal sealed record PatternSequence(int At, IReadOnlyList<PatternNode> Parts) : PatternNode(At);

/// <summary>One part or another.</summary>
internal sealed record PatternChoice(int At, IReadOnlyList<PatternNode> Parts) : PatternNode(At);

/// <summary>A part again and again; without <paramref name="Most"/> as often as it can be.</summary>
internal sealed record PatternRepetition(int At, PatternNode Part, int Least, int? Most) : PatternNode(At);
