namespace Sockudo.Server.Queueing;

/// <summary>The queue cannot be made with what is configured.</summary>
internal sealed class QueueConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
