namespace Sockudo.Server.Channels;

/// <summary>Another node, as the owner of the entries a channel holds for it. Compared by reference.</summary>
internal sealed class RemoteNode(UInt128 epoch)
{
    /// <summary>The random number the node made at its start.</summary>
    public UInt128 Epoch { get; } = epoch;

    public override string ToString() => Epoch.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
