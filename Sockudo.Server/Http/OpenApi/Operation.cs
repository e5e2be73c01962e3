namespace Sockudo.Server.Http.OpenApi;

/// <summary>One operation of the API as the document describes it.</summary>
/// <param name="Method">The HTTP method, lower case.</param>
/// <param name="Path">The path with its parameters in braces.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Answers">Its answers.</param>
internal sealed record Operation(string Method, string Path, string Summary, params Answer[] Answers)
{
    /// <summary>Query parameters beside those of the signature.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>Name of the body's schema; null when no body is read.</summary>
    public string? Body { get; init; }

    /// <summary>Whether an <c>Idempotency-Key</c> header is taken.</summary>
    public bool TakesIdempotencyKey { get; init; }

    /// <summary>Whether the request must be signed.</summary>
    public bool IsSigned => Path.StartsWith("/apps/", StringComparison.Ordinal);
}

/// <summary>A query parameter.</summary>
internal sealed record QueryParameter(string Name, string Description);

/// <summary>An answer: its status, what it means, and the schema of its JSON; plain text when there is none.</summary>
internal sealed record Answer(int Status, string Description, string? Schema = null);
