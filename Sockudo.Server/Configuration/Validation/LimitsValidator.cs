namespace Sockudo.Server.Configuration.Validation;

/// <summary>Checks limits against each other; ranges of single values are part of their keys.</summary>
internal static class LimitsValidator
{
    /// <summary>Adds warnings.</summary>
    public static void Validate(LoadState state)
    {
        var socket = state.Configuration.WebSocket;
        var gateway = state.Configuration.Gateway;
        if (socket.MaxBytes is { } bytes && bytes > socket.MaxBackpressure)
        {
            state.Warn(
                $"websocket.max_bytes {bytes} is above websocket.max_backpressure {socket.MaxBackpressure}, which limits what waits for a slow client.",
                "raise websocket.max_backpressure too, or lower websocket.max_bytes.");
        }

        if (socket.IdleTimeout > 0 && !socket.AutoPing && socket.IdleTimeout < gateway.ActivityTimeout)
        {
            state.Warn(
                $"websocket.idle_timeout {socket.IdleTimeout} is shorter than activity_timeout {gateway.ActivityTimeout} and native pings are off: quiet clients are closed before they are pinged.",
                "raise websocket.idle_timeout, or switch websocket.auto_ping on.");
        }
    }
}
