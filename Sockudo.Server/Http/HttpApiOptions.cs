namespace Sockudo.Server.Http;

/// <summary>The REST API (configuration section <c>http_api</c>).</summary>
internal sealed class HttpApiOptions
{
    // A body lies in one array while it is read.
    private const int MostMb = 1024;

    /// <summary>Largest request body. Unit: MiB, in force are 1024 at most. Default 10.</summary>
    public int RequestLimitInMb { get; set; } = 10;

    /// <summary>Whether <c>/usage</c> exists; without it the route answers 404. Default true.</summary>
    public bool UsageEnabled { get; set; } = true;

    /// <summary>Publishes are refused with 503 above this part of the memory limit (0 to 1). Default null: never refused.</summary>
    public double? MemoryThreshold { get; set; }

    /// <summary>Whether a signed request other than GET is taken once only; see <see cref="Http.ReplayProtection"/>. Default false.</summary>
    public bool ReplayProtection { get; set; }

    /// <summary>Most memory of the signatures that replay protection remembers; an app has at most as much of it as is free. Unit: bytes. Default 128 MiB.</summary>
    public long ReplayMaxBytes { get; set; } = 128L << 20;

    /// <summary>Most memory of idempotency keys and the answers they had. Unit: bytes. Default 64 MiB.</summary>
    public long IdempotencyMaxBytes { get; set; } = 64L << 20;

    /// <summary>Most bytes of messages that one publish may ask for, a message for each channel of each event. Unit: bytes. Default 64 MiB.</summary>
    public long MaxFanoutBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Prefix of every route, without a trailing slash; empty for none (<c>path_prefix</c>). Signatures are good with it and without. Default empty.</summary>
    public string PathPrefix { get; set; } = "";

    /// <summary>The body limit. Unit: bytes.</summary>
    public long RequestLimitBytes => Math.Min(RequestLimitInMb, MostMb) * 1024L * 1024L;
}
