namespace Sockudo.Server.Configuration.Keys;

/// <summary>Why a key has no or another effect here. Keys that share a notice are warned about in one line.</summary>
/// <param name="Reason">A sentence; the keys are named before it.</param>
/// <param name="Fix">What to do.</param>
/// <param name="Applies">Whether the warning is due at all with these values; null is always when a user set the key.</param>
internal sealed record KeyNotice(string Reason, string Fix, Func<ServerConfiguration, bool>? Applies = null);
