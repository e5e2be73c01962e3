namespace Sockudo.Server.Http;

/// <summary>
/// A batch whose every event was read and checked. Its events stay in the body's bytes, from where they are read again when they are
/// sent, so that a batch costs no memory for its events, however many they are.
/// </summary>
/// <param name="Elements">The array of events, and what follows it in the body.</param>
/// <param name="IdempotencyKey">The key that makes a retry of the whole batch harmless.</param>
/// <param name="Load">What the batch asks for.</param>
/// <param name="AsksInfo">Whether an event asks to be told of its channel.</param>
internal sealed record BatchRequest(ReadOnlyMemory<byte> Elements, string? IdempotencyKey, PublishLoad Load, bool AsksInfo);
