namespace Sockudo.Server.Protocol;

internal static partial class PusherReader
{
    private static readonly PusherError NotAnObject = Generic("message must be a JSON object");
    private static readonly PusherError TextBehind = Generic("message has text behind its JSON object");
    private static readonly PusherError TooDeep = Generic("message is nested deeper than 64 levels");
    private static readonly PusherError LoneSurrogate = Generic("message has an escape of half a surrogate pair (\\ud800 to \\udfff)");
    private static readonly PusherError NotJson = Generic("message is not valid JSON in UTF-8");
    private static readonly PusherError EventNotText = Generic("member 'event' must be a string");
    private static readonly PusherError EventMissing = Generic("member 'event' is missing");
    private static readonly PusherError SubscribeChannelNotText = Generic("'channel' in the data of pusher:subscribe must be a string");
    private static readonly PusherError SubscribeChannelMissing = Generic("pusher:subscribe needs 'channel' in its data");
    private static readonly PusherError UnsubscribeChannelNotText = Generic("'channel' in the data of pusher:unsubscribe must be a string");
    private static readonly PusherError UnsubscribeChannelMissing = Generic("pusher:unsubscribe needs 'channel' in its data");

    private static PusherError Generic(string message) => new(ErrorCode.Generic, message);

    private static bool Fail(out PusherError error, PusherError constant)
    {
        error = constant;
        return false;
    }
}
