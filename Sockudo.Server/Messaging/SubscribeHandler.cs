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
/// <c>pusher:subscribe</c> and <c>pusher:unsubscribe</c>. A refusal is told twice, as <c>pusher:subscription_error</c> on the
/// channel and as <c>pusher:error</c>, so that clients of both habits learn it; the connection stays open. Thread-safe across
/// connections.
/// </summary>
internal sealed class SubscribeHandler(IAdapter adapter, IOptions<MessagingOptions> options)
{
    private static readonly Refusal FilterNotOffered = new(
        "FilterNotSupported", 400, new PusherError(ErrorCode.Generic, "tag filters are not offered: subscribe without 'filter'"));

    private static readonly Refusal AnotherUsersChannel = Unauthorized("only the signed-in user may subscribe to its #server-to-user- channel");

    private static readonly Refusal WrongSignature = Unauthorized("auth is not valid for this socket and channel");

    private static readonly Refusal AuthNotText = new("AuthError", 401, new PusherError(ErrorCode.Generic, "'auth' must be a string"));

    private static readonly Refusal ChannelDataNotText =
        InvalidChannelData(new PusherError(ErrorCode.Generic, "'channel_data' must be a string that holds a JSON object"));

    private static readonly Refusal NoMember =
        InvalidChannelData(new PusherError(ErrorCode.Generic, "presence channels need 'channel_data' with a user_id, or a signed-in user"));

    /// <summary>
    /// Handles a subscription request; false when it was refused, or repeats one: it is answered again, which may be a long list of
    /// members, and hands out nothing a second time.
    /// </summary>
    public bool Subscribe(Connection connection, in IncomingMessage message)
    {
        using var span = ServerTracing.Start("subscribe", ActivityKind.Server);
        span?.OfSocket(connection.App.Id, connection.Id);
        if (!PusherReader.TryReadSubscribe(message, out var request, out var error))
        {
            connection.Metrics.ConnectionError(MetricLabels.ErrorType.MessageParseError);
            span?.Refused(error.Code);
            connection.Send(error.Frame);
            return false;
        }

        if (Check(connection, request, out var channel, out var member) is { } refusal)
        {
            Refuse(connection, request.Channel, refusal, span);
            return false;
        }

        span?.OfChannel(channel.Value, channel.MetricLabel);
        var outcome = adapter.Subscribe(connection, channel, member);
        if (outcome == SubscribeOutcome.Full)
        {
            Refuse(connection, request.Channel, new Refusal(
                "LimitReached", 403, new PusherError(ErrorCode.OverCapacity, $"presence channel is full: it has {connection.App.MaxPresenceMembersPerChannel} members")), span);
            return false;
        }

        span?.SetTag(TraceTags.Outcome, outcome.ToString());
        if (outcome == SubscribeOutcome.Subscribed && channel.IsOfApp) connection.Metrics.Subscribed(channel.MetricLabel);
        if (channel.NeedsAuth) connection.IsAuthenticated = true;
        return outcome == SubscribeOutcome.Subscribed;
    }

    /// <summary>Handles the end of a subscription; an unknown one is harmless and there is no reply. False when it was refused.</summary>
    public bool Unsubscribe(Connection connection, in IncomingMessage message)
    {
        if (!PusherReader.TryReadUnsubscribe(message, out var name, out var error))
        {
            connection.Metrics.ConnectionError(MetricLabels.ErrorType.MessageParseError);
            connection.Send(error.Frame);
            return false;
        }

        if (!connection.Subscriptions.ContainsKey(name)) return true;
        if (!ChannelName.TryParse(name, int.MaxValue, out var channel, out _)) return true;
        if (adapter.Unsubscribe(connection, channel) && channel.IsOfApp) connection.Metrics.Unsubscribed(channel.MetricLabel);
        return true;
    }

    private Refusal? Check(Connection connection, SubscribeRequest request, out ChannelName channel, out PresenceMember? member)
    {
        member = null;
        if (!ChannelName.TryParse(request.Channel, connection.App.MaxChannelNameLength, out channel, out var nameError))
            return new Refusal("InvalidChannelName", 400, nameError);
        if (request.HasFilter)
            return FilterNotOffered;
        if (channel.IsServerToUser && (connection.UserId is null || connection.UserId != channel.UserId))
            return AnotherUsersChannel;
        if (options.Value.MaxChannels is { } most && connection.Subscriptions.Count >= most && !connection.Subscriptions.ContainsKey(channel.Value))
            return new Refusal("LimitReached", 403, new PusherError(ErrorCode.ChannelError, $"the socket is subscribed to {most} channels, which is the limit"));
        if (!channel.NeedsAuth) return null;
        if (channel.IsPresence && (request.NotText & RequestMembers.ChannelData) != 0)
            return ChannelDataNotText;
        if (CheckSignature(connection, request, channel) is { } unauthorized) return unauthorized;
        return channel.IsPresence ? CheckMember(connection, request, out member) : null;
    }

    private Refusal? CheckSignature(Connection connection, SubscribeRequest request, ChannelName channel)
    {
        if ((request.NotText & RequestMembers.Auth) != 0)
            return AuthNotText;
        if (string.IsNullOrEmpty(request.Auth)) return Unauthorized($"subscribing to {channel} needs 'auth': the channel is not public");

        var text = ChannelAuthorizer.SubscriptionText(connection.Id, channel.Value, channel.IsPresence ? request.ChannelData : null);
        if (ChannelAuthorizer.IsValid(connection.App, request.Auth, text)) return null;
        connection.Metrics.ConnectionError(MetricLabels.ErrorType.AuthenticationFailed);
        return options.Value.ExplainSignatures
            ? Unauthorized($"auth is not valid: expected '{connection.App.Key}:' and the hex HMAC-SHA256 of '{text}' with the app's secret")
            : WrongSignature;
    }

    private static Refusal? CheckMember(Connection connection, SubscribeRequest request, out PresenceMember? member)
    {
        member = null;
        if (request.ChannelData is null)
        {
            if (connection.UserId is not { } userId) return NoMember;
            member = new PresenceMember(userId, connection.UserInfo);
        }
        else if (!PusherReader.TryReadPresenceMember(request.ChannelData, connection.App.MaxChannelNameLength, out member, out var error))
        {
            return InvalidChannelData(error);
        }

        return connection.App.MaxPresenceMemberSizeInKb is { } limit && member.UserInfo.Length > limit * 1024L
            ? new Refusal("LimitReached", 413, new PusherError(ErrorCode.ChannelError, $"user_info has {member.UserInfo.Length} bytes, the limit is {limit} KiB"))
            : null;
    }

    private static void Refuse(Connection connection, string channel, Refusal refusal, Activity? span)
    {
        span?.Refused(refusal.Error.Code);
        connection.Send(PusherWriter.SubscriptionError(channel, refusal.Type, refusal.Error.Message, refusal.Status));
        connection.Send(refusal.Error.Frame);
    }

    private static Refusal InvalidChannelData(PusherError error) => new("InvalidChannelData", 400, error);

    private static Refusal Unauthorized(string message) => new("AuthError", 401, new PusherError(ErrorCode.Unauthorized, message));

    private sealed record Refusal(string Type, int Status, PusherError Error);
}
