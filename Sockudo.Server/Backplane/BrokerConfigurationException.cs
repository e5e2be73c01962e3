namespace Sockudo.Server.Backplane;

/// <summary>A configuration with which the broker can never be reached. The message names what is wrong and never a secret.</summary>
internal sealed class BrokerConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
