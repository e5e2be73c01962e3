namespace Sockudo.Server.Caching;

/// <summary>A value that knows what it holds.</summary>
internal interface ISized
{
    /// <summary>The memory that is free again without it. Unit: bytes.</summary>
    long Size { get; }
}
