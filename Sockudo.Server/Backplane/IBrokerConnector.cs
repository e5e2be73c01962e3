namespace Sockudo.Server.Backplane;

/// <summary>Opens connections to one broker. A driver is this and an <see cref="IBrokerConnection"/>; everything else is <see cref="ReconnectingBackplane"/>. Thread-safe.</summary>
internal interface IBrokerConnector
{
    /// <summary>The driver's name, for logs and metrics.</summary>
    string Driver { get; }

    /// <summary>Where the broker is, for logs; without secrets.</summary>
    string Address { get; }

    /// <summary>The largest message, as long as the broker has not said it. Unit: bytes.</summary>
    int MaxMessageBytes { get; }

    /// <summary>What an operator raises to have larger messages taken.</summary>
    string MaxMessageSetting { get; }

    /// <summary>The longest that one attempt may take.</summary>
    TimeSpan ConnectTimeout { get; }

    /// <summary>Opens a connection; ends within about <see cref="ConnectTimeout"/> or when cancelled. Several attempts may be under way at once.</summary>
    /// <exception cref="Exception">The broker cannot be reached or refuses. The message is logged: it holds no secret.</exception>
    Task<IBrokerConnection> ConnectAsync(CancellationToken cancellationToken);
}
