using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sockudo.Server.Adapters;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Messaging;

/// <summary>
/// <c>pusher:signin</c>: the socket becomes a user's. The success is sent first, then the watchlist's state. Thread-safe across
/// connections.
/// </summary>
internal sealed class SigninHandler(IAdapter adapter, WatchlistNotifier watchlists, IOptions<MessagingOptions> options)
{
    private static readonly PusherError NotEnabled = new(ErrorCode.Unauthorized, "user authentication is not enabled for this app");
    private static readonly PusherError WrongSignature = new(ErrorCode.Unauthorized, "sign-in auth is not valid for this socket and user");

    /// <summary>Handles one sign-in; false when it was refused, or repeats one: its watchlist is answered whole each time.</summary>
    public bool Handle(Connection connection, in IncomingMessage message)
    {
        using var span = ServerTracing.Start("sign-in", ActivityKind.Server);
        span?.OfSocket(connection.App.Id, connection.Id);
        if (!connection.App.EnableUserAuthentication) return Refuse(connection, NotEnabled, span);
        if (!PusherReader.TryReadSignin(message, out var request, out var error)) return Refuse(connection, error, span);

        var text = ChannelAuthorizer.SigninText(connection.Id, request.UserData);
        if (!ChannelAuthorizer.IsValid(connection.App, request.Auth, text))
        {
            return Refuse(connection, options.Value.ExplainSignatures
                ? new PusherError(
                    ErrorCode.Unauthorized,
                    $"sign-in auth is not valid: expected '{connection.App.Key}:' and the hex HMAC-SHA256 of '{text}' with the app's secret")
                : WrongSignature, span);
        }

        if (!PusherReader.TryReadUser(request.UserData, connection.App.MaxChannelNameLength, out var user, out error))
            return Refuse(connection, error, span);

        // Told only when it is true: what is published to the user after a client has read this reaches it.
        var isFirst = connection.UserId is null;
        connection.IsAuthenticated = true;
        watchlists.Unwatch(connection);
        connection.UserInfo = user.UserInfo;
        adapter.SignIn(connection, user.Id);
        connection.Send(PusherWriter.SigninSuccess(request.UserData));
        if (connection.App.EnableWatchlistEvents) watchlists.Watch(connection, user.Watchlist);
        return isFirst;
    }

    private static bool Refuse(Connection connection, PusherError error, Activity? span)
    {
        span?.Refused(ErrorCode.Unauthorized);
        connection.Metrics.ConnectionError(MetricLabels.ErrorType.AuthenticationFailed);
        connection.Send(error.Frame);
        return false;
    }
}
