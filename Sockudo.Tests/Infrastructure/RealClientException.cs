namespace Sockudo.Tests.Infrastructure;

/// <summary>A real client refused or failed a command.</summary>
public sealed class RealClientException(string message) : Exception(message);
