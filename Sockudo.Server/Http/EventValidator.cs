using System.Text;
using Microsoft.Extensions.Options;
using Sockudo.Server.Adapters;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Http;

/// <summary>Checks an event against the limits of its app and of this server and the protocol's rules, all of them before anything is sent. Thread-safe.</summary>
internal sealed class EventValidator(IAdapter adapter, IOptions<HttpApiOptions> options)
{
    /// <summary>What a frame has besides what the publisher sent: members' names, quotes and colons, at most.</summary>
    public const int EnvelopeBytes = 64;

    // What one character of a name may take in JSON.
    private const int MostEscapedBytes = 6;

    /// <summary>The refusal of an event; else what it asks for was added to the load.</summary>
    public ApiAnswer? Check(EventRequest request, ref PublishLoad load)
    {
        if (CheckName(request) is { } badName) return badName;
        if (CheckChannels(request) is { } badChannels) return badChannels;
        if (request.SocketIdText is { } socketId && !SocketId.TryParse(socketId, out _))
            return ApiErrors.SocketIdInvalid.With(request.Where + "socket_id is not of the form 1234.5678");
        return CheckSize(request, ref load);
    }

    private static ApiAnswer? CheckName(EventRequest request)
    {
        if (string.IsNullOrEmpty(request.Name)) return ApiErrors.NameMissing.With(request.Where + "'name' is missing");
        if (request.Name.Length > request.App.MaxEventNameLength)
            return ApiErrors.NameTooLong.With($"{request.Where}'name' has {request.Name.Length} characters, the limit is {request.App.MaxEventNameLength}");
        return EventNames.IsReserved(request.Name)
            ? ApiErrors.NameReserved.With(request.Where + "names that begin with pusher: or pusher_internal: are the server's own")
            : null;
    }

    private static ApiAnswer? CheckChannels(EventRequest request)
    {
        request.TakeSingleChannel();
        if (request.App.MaxEventChannelsAtOnce is { } most && request.NamedChannels > most)
            return ApiErrors.TooManyChannels.With($"{request.Where}the event names {request.NamedChannels} channels, the limit is {most}");
        if (request.ChannelError is { } error) return ApiErrors.ChannelInvalid.With(request.Where + error.Message);
        var channels = request.Channels;
        if (channels.Count == 0) return ApiErrors.ChannelsMissing.With(request.Where + "'channels' or 'channel' must name a channel");
        if (channels.Count == 1) return null;
        for (var i = 0; i < channels.Count; i++)
        {
            if (channels[i].IsEncrypted)
                return ApiErrors.EncryptedNotAlone.With(request.Where + "an encrypted channel must be the event's only channel: each has its own key");
        }

        return null;
    }

    private ApiAnswer? CheckSize(EventRequest request, ref PublishLoad load)
    {
        if (request.App.MaxEventPayloadInKb is { } limit && request.DataBytes > limit * 1024L)
            return ApiErrors.PayloadTooLarge.With($"{request.Where}the data has {request.DataBytes} bytes, the limit is {limit * 1024L}");
        var channels = request.Channels;
        var (longest, names) = (0, 0L);
        for (var i = 0; i < channels.Count; i++)
        {
            var length = channels[i].Value.Length;
            longest = Math.Max(longest, length);
            names += length;
        }

        var rest = EnvelopeBytes + (long)request.DataToken.Length + request.Tags.Length;
        var common = rest + Encoding.UTF8.GetByteCount(request.Name!);
        var most = rest + (MostEscapedBytes * (long)request.Name!.Length) + longest;
        if (most > adapter.MaxEventBytes)
            return ApiErrors.PayloadTooLarge.With($"{request.Where}the event has up to {most} bytes, the cluster's broker takes {adapter.MaxEventBytes}");
        load = new PublishLoad(load.Channels + channels.Count, load.FanoutBytes + (common * channels.Count) + names);
        return load.FanoutBytes > options.Value.MaxFanoutBytes ? TooMuch(request, load) : null;
    }

    // Of channels that are too many the rest was only counted, so that the figures are what the request asks for at least.
    private ApiAnswer TooMuch(EventRequest request, PublishLoad load) => ApiErrors.FanoutTooLarge.With(
        $"{request.Where}the publish asks for {load.Channels} messages of together {load.FanoutBytes} bytes or more, one for each channel; "
        + $"http_api.max_fanout_bytes allows {options.Value.MaxFanoutBytes}: name fewer channels at once");
}
