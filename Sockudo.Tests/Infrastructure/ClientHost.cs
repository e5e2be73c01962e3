namespace Sockudo.Tests.Infrastructure;

/// <summary>Where a real client runs.</summary>
public enum ClientHost
{
    Node,
    Chromium,
}
