namespace Sockudo.Server.Protocol;

/// <summary>A refusal as the client is told it: a code of the protocol and a sentence for people. Carries no secret.</summary>
internal sealed record PusherError(ErrorCode Code, string Message);
