namespace Sockudo.Server.Http;

/// <summary>
/// A kind of refusal: its status, a code that programs may rely on, and the section of <c>docs/api.md</c> that explains it. The
/// body is <c>{"error","code","doc"}</c>; the sentence in <c>error</c> is for people and carries no secret.
/// </summary>
internal sealed class ApiError(int status, string code, string section)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>Where it is explained, relative to the project's root.</summary>
    public string Doc { get; } = "docs/api.md#" + section;

    /// <summary>The answer that says so.</summary>
    public ApiAnswer With(string message, bool endsConnection = false) => new(Status, Body(message, title: null)) { EndsConnection = endsConnection };

    /// <summary>The answer of a limit: the title in <c>error</c>, the sentence in <c>message</c>.</summary>
    public ApiAnswer With(string title, string message, int retryAfterSeconds) =>
        new(Status, Body(message, title)) { RetryAfterSeconds = retryAfterSeconds };

    private byte[] Body(string message, string? title) => ApiAnswer.Json(json =>
    {
        json.WriteString("error"u8, title ?? message);
        if (title is not null) json.WriteString("message"u8, message);
        json.WriteString("code"u8, Code);
        json.WriteString("doc"u8, Doc);
    });
}
