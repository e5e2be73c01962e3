using System.Text;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Messaging;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Http;

/// <summary>Checks an event against the app's limits and the protocol's rules, all of them before anything is sent. Thread-safe.</summary>
internal sealed class EventValidator(IAdapter adapter)
{
    // Members' names, quotes and colons around what the publisher sent.
    private const int EnvelopeBytes = 64;

    /// <summary>The event ready to be published, or the refusal.</summary>
    public ApiAnswer? Check(App app, EventRequest request, out PublishedEvent published)
    {
        published = null!;
        if (CheckName(app, request) is { } badName) return badName;
        if (CheckChannels(app, request, out var channels) is { } badChannels) return badChannels;
        SocketId? except = null;
        if (request.SocketId is not null)
        {
            if (!SocketId.TryParse(request.SocketId, out var id))
                return ApiErrors.SocketIdInvalid.With(request.Where + "socket_id is not of the form 1234.5678");
            except = id;
        }

        if (CheckSize(app, request, channels) is { } tooLarge) return tooLarge;
        published = new PublishedEvent(request.Name!, channels, request.DataToken, request.Tags, except);
        return null;
    }

    private static ApiAnswer? CheckName(App app, EventRequest request)
    {
        if (string.IsNullOrEmpty(request.Name)) return ApiErrors.NameMissing.With(request.Where + "'name' is missing");
        if (request.Name.Length > app.MaxEventNameLength)
            return ApiErrors.NameTooLong.With($"{request.Where}'name' has {request.Name.Length} characters, the limit is {app.MaxEventNameLength}");
        return EventNames.IsReserved(request.Name)
            ? ApiErrors.NameReserved.With(request.Where + "names that begin with pusher: or pusher_internal: are the server's own")
            : null;
    }

    private static ApiAnswer? CheckChannels(App app, EventRequest request, out ChannelName[] channels)
    {
        channels = [];
        var names = request.Channels;
        if (names is null && request.Channel is not null) names = [request.Channel];
        if (names is null || names.Count == 0) return ApiErrors.ChannelsMissing.With(request.Where + "'channels' or 'channel' must name a channel");
        if (app.MaxEventChannelsAtOnce is { } most && names.Count > most)
            return ApiErrors.TooManyChannels.With($"{request.Where}the event names {names.Count} channels, the limit is {most}");

        var isEncrypted = false;
        var parsed = new List<ChannelName>(names.Count);
        var seen = names.Count > 1 ? new HashSet<string>(names.Count, StringComparer.Ordinal) : null;
        foreach (var name in names)
        {
            if (!ChannelName.TryParse(name, app.MaxChannelNameLength, out var channel, out var error))
                return ApiErrors.ChannelInvalid.With(request.Where + error.Message);
            isEncrypted |= channel.IsEncrypted;
            if (seen?.Add(name) != false) parsed.Add(channel);
        }

        if (isEncrypted && parsed.Count > 1)
            return ApiErrors.EncryptedNotAlone.With(request.Where + "an encrypted channel must be the event's only channel: each has its own key");
        channels = [.. parsed];
        return null;
    }

    private ApiAnswer? CheckSize(App app, EventRequest request, ChannelName[] channels)
    {
        if (app.MaxEventPayloadInKb is { } limit && request.DataBytes > limit * 1024L)
            return ApiErrors.PayloadTooLarge.With($"{request.Where}the data has {request.DataBytes} bytes, the limit is {limit * 1024L}");
        var longest = 0;
        foreach (var channel in channels) longest = Math.Max(longest, channel.Value.Length);
        var size = EnvelopeBytes + Encoding.UTF8.GetByteCount(request.Name!) + longest + (long)request.DataToken.Length + request.Tags.Length;
        return size > adapter.MaxEventBytes
            ? ApiErrors.PayloadTooLarge.With($"{request.Where}the event has {size} bytes, the cluster's broker takes {adapter.MaxEventBytes}")
            : null;
    }
}
