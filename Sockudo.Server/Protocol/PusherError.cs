namespace Sockudo.Server.Protocol;

/// <summary>A refusal as the client is told it: a code of the protocol and a sentence for people. Carries no secret. Thread-safe.</summary>
internal sealed class PusherError(ErrorCode code, string message)
{
    private byte[]? _frame;

    public ErrorCode Code { get; } = code;

    public string Message { get; } = message;

    /// <summary>The <c>pusher:error</c> that says it, written once: a refusal that is the same for everybody costs no more than a pong.</summary>
    public byte[] Frame => _frame ??= PusherWriter.Error(this);
}
