namespace Sockudo.Server.Http;

/// <summary>An event as a backend sent it: well-formed, not checked against the app yet.</summary>
internal sealed class EventRequest
{
    /// <summary>Where in the body it stands, as the beginning of an error: empty, or <c>batch[2]: </c>.</summary>
    public required string Where { get; init; }

    /// <summary>The event's name.</summary>
    public string? Name { get; set; }

    /// <summary>The JSON string token clients get as data, quotes included.</summary>
    public byte[] DataToken { get; set; } = NullToken;

    /// <summary>How many bytes the data has when it is decoded, which is what the limit is about.</summary>
    public int DataBytes { get; set; } = 4;

    /// <summary>The channels member.</summary>
    public List<string>? Channels { get; set; }

    /// <summary>The channel member; used when there is no channels member.</summary>
    public string? Channel { get; set; }

    /// <summary>The socket that must not get it.</summary>
    public string? SocketId { get; set; }

    /// <summary>What is to be answered of each channel.</summary>
    public ChannelInfo Info { get; set; }

    /// <summary>A JSON object of strings; empty for none.</summary>
    public byte[] Tags { get; set; } = [];

    /// <summary>The key that makes a retry harmless.</summary>
    public string? IdempotencyKey { get; set; }

    private static byte[] NullToken { get; } = "\"null\""u8.ToArray();
}

/// <summary>The body of a batch.</summary>
internal sealed class BatchRequest
{
    /// <summary>Its events, in their order.</summary>
    public required List<EventRequest> Events { get; init; }

    /// <summary>The key that makes a retry of the whole batch harmless.</summary>
    public string? IdempotencyKey { get; init; }
}
