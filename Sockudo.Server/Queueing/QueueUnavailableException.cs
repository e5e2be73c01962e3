namespace Sockudo.Server.Queueing;

/// <summary>The queue's broker cannot be asked now.</summary>
internal sealed class QueueUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
