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

        var listener = state.Configuration.Listener;
        if (!state.Origin("shutdown_drain_window_ms").IsDefault && listener.EffectiveDrainWindow.TotalMilliseconds < listener.ShutdownDrainWindowMs)
        {
            state.Warn(
                $"shutdown_drain_window_ms {listener.ShutdownDrainWindowMs} does not fit into shutdown_grace_period {listener.ShutdownGracePeriod} s: {listener.EffectiveDrainWindow.TotalMilliseconds:0} ms are used.",
                "raise shutdown_grace_period to at least a second more than the window.");
        }

        if (socket.IdleTimeout > 0 && !socket.AutoPing && socket.IdleTimeout < gateway.ActivityTimeout)
        {
            state.Warn(
                $"websocket.idle_timeout {socket.IdleTimeout} is shorter than activity_timeout {gateway.ActivityTimeout} and native pings are off: quiet clients are closed before they are pinged.",
                "raise websocket.idle_timeout, or switch websocket.auto_ping on.");
        }
    }
}
