namespace Sockudo.Server.Webhooks;

/// <summary>An endpoint's name leads to no address that <see cref="AddressPolicy"/> allows.</summary>
internal sealed class AddressRefusedException(string message) : IOException(message);
