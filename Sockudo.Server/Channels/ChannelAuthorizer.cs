using Sockudo.Server.Apps;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Channels;

/// <summary>
/// Checks what a client's backend signed. Both texts are those of the Pusher documents "Authorizing users" and "Authenticating
/// users". Thread-safe, constant-time in the signature.
/// </summary>
internal static class ChannelAuthorizer
{
    /// <summary>The text a subscription's signature covers: <c>socket_id:channel[:channel_data]</c>.</summary>
    public static string SubscriptionText(SocketId socketId, string channel, string? channelData) =>
        channelData is null ? $"{socketId}:{channel}" : $"{socketId}:{channel}:{channelData}";

    /// <summary>The text a sign-in's signature covers: <c>socket_id::user::user_data</c>.</summary>
    public static string SigninText(SocketId socketId, string userData) => $"{socketId}::user::{userData}";

    /// <summary>Whether <c>key:signature</c> is right for a text: both the app's key and the HMAC.</summary>
    public static bool IsValid(App app, string auth, string text)
    {
        var colon = auth.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && auth.AsSpan(0, colon).SequenceEqual(app.Key) && Signature.Of(app, text).Matches(auth.AsSpan(colon + 1));
    }
}
