namespace Sockudo.Server.Channels;

/// <summary>
/// When and by which node something was written, for what has one value in the cluster: the later time wins, the greater epoch
/// decides a tie. <c>Time</c> is a hybrid clock's: microseconds since 1970, never behind what the node has seen. Immutable.
/// </summary>
internal readonly record struct WriteStamp(long Time, UInt128 Epoch) : IComparable<WriteStamp>
{
    public int CompareTo(WriteStamp other) => Time != other.Time ? Time.CompareTo(other.Time) : Epoch.CompareTo(other.Epoch);

    public static bool operator <(WriteStamp left, WriteStamp right) => left.CompareTo(right) < 0;

    public static bool operator >(WriteStamp left, WriteStamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(WriteStamp left, WriteStamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(WriteStamp left, WriteStamp right) => left.CompareTo(right) >= 0;
}
