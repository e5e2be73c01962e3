namespace Sockudo.Server.Http;

/// <summary>Cross-origin answers of the API (configuration section <c>cors</c>).</summary>
internal sealed class CorsOptions
{
    /// <summary>Whether credentials are allowed; off whenever any origin is. Default true.</summary>
    public bool Credentials { get; set; } = true;

    /// <summary>Allowed origins in the syntax of <c>OriginPatterns</c>; an empty list allows none. Default any.</summary>
    public IReadOnlyList<string> Origins { get; set; } = ["*"];

    /// <summary>Allowed methods. Default GET, POST, OPTIONS.</summary>
    public IReadOnlyList<string> Methods { get; set; } = ["GET", "POST", "OPTIONS"];

    /// <summary>Allowed request headers. Default Authorization, Content-Type, X-Requested-With, Accept.</summary>
    public IReadOnlyList<string> AllowedHeaders { get; set; } = ["Authorization", "Content-Type", "X-Requested-With", "Accept"];
}
