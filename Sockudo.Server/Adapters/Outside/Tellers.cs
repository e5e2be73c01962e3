namespace Sockudo.Server.Adapters.Outside;

/// <summary>Nodes, by their epochs, that may have told something: its owner, and who was it before when that has just changed.</summary>
/// <param name="First">The one; 0 for none.</param>
/// <param name="Second">The other; 0 for none.</param>
internal readonly record struct Tellers(UInt128 First, UInt128 Second)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNobody => First == 0 && Second == 0;

    /// <summary>The first of these and the first of those; of two that are the same, the one.</summary>
    public Tellers And(Tellers other) => IsNobody ? other : new Tellers(First, other.First == 0 || other.First == First ? Second : other.First);
}
