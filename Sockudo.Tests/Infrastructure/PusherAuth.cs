using System.Security.Cryptography;
using System.Text;

namespace Sockudo.Tests.Infrastructure;

/// <summary>The signatures an app's backend makes, written from Pusher's documentation and not from the server's code.</summary>
public static class PusherAuth
{
    /// <summary><c>auth</c> of a private (or, with <paramref name="channelData"/>, a presence) channel.</summary>
    public static string Channel(TestApp app, string socketId, string channel, string? channelData = null) =>
        $"{app.Key}:{Sign(app.Secret, channelData is null ? $"{socketId}:{channel}" : $"{socketId}:{channel}:{channelData}")}";

    /// <summary><c>auth</c> of a sign-in.</summary>
    public static string User(TestApp app, string socketId, string userData) =>
        $"{app.Key}:{Sign(app.Secret, $"{socketId}::user::{userData}")}";

    /// <summary>Lower-case hexadecimal HMAC-SHA256.</summary>
    public static string Sign(string secret, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}
