namespace Sockudo.AppHost.Brokers;

/// <summary>No broker: one server that needs nothing else.</summary>
internal static class Local
{
    /// <summary>Adds nothing.</summary>
    public static Broker Add() => new("local", ConnectionName: null, Connection: null);
}
