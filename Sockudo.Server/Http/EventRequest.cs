using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Messaging;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Http;

/// <summary>
/// An event as a backend sent it: well-formed, not checked against the app's limits yet. What it holds of the body are the body's own
/// bytes. One object reads any number of events, one after another. Not thread-safe.
/// </summary>
/// <param name="app">The app, whose limits say how much of an event is worth to be kept.</param>
/// <param name="maxFanoutBytes">Most bytes of frames one publish may ask for.</param>
internal sealed class EventRequest(App app, long maxFanoutBytes)
{
    // Up to so many channels a walk finds a repeated name sooner than a set.
    private const int WalkedChannels = 8;

    private readonly int _mostChannels = (int)Math.Min(int.MaxValue, maxFanoutBytes / EventValidator.EnvelopeBytes);
    private readonly List<ChannelName> _channels = new(1);
    private HashSet<string>? _seen;

    /// <summary>The app that publishes.</summary>
    public App App => app;

    /// <summary>Its place in a batch; null when it came alone.</summary>
    public int? Index { get; set; }

    /// <summary>Where in the body it stands, as the beginning of an error: empty, or <c>batch[2]: </c>. Made for a refusal only.</summary>
    public string Where => Index is { } index ? $"batch[{index}]: " : "";

    /// <summary>The event's name.</summary>
    public string? Name { get; set; }

    /// <summary>The JSON string token clients get as data, quotes included; bytes of the body unless the data had to be encoded.</summary>
    public ReadOnlyMemory<byte> DataToken { get; set; }

    /// <summary>How many bytes the data has when it is decoded, which is what the limit is about.</summary>
    public int DataBytes { get; set; }

    /// <summary>The channels member without repeated names, up to the first that is wrong or one too many.</summary>
    public IReadOnlyList<ChannelName> Channels => _channels;

    /// <summary>How many names the channels member holds, repeated ones too; null when there is no such member.</summary>
    public int? NamedChannels { get; private set; }

    /// <summary>What is wrong with the first wrong name of the channels member.</summary>
    public PusherError? ChannelError { get; private set; }

    /// <summary>The channel member; used when there is no channels member.</summary>
    public string? Channel { get; set; }

    /// <summary>The socket that must not get it.</summary>
    public string? SocketIdText { get; set; }

    /// <summary>What is to be answered of each channel.</summary>
    public ChannelInfo Info { get; set; }

    /// <summary>A JSON object of strings; empty for none.</summary>
    public byte[] Tags { get; set; } = [];

    /// <summary>The key that makes a retry harmless.</summary>
    public string? IdempotencyKey { get; set; }

    private static byte[] NullToken { get; } = "\"null\""u8.ToArray();

    /// <summary>Begins the next event. The name stays until another is read: events of a batch often share it, and then the text too.</summary>
    public void Begin(int? index)
    {
        Index = index;
        DataToken = NullToken;
        DataBytes = 4;
        ForgetChannels();
        Channel = SocketIdText = IdempotencyKey = null;
        Info = ChannelInfo.None;
        Tags = [];
    }

    /// <summary>Begins a channels member; of two the last counts.</summary>
    public void BeginChannels()
    {
        ForgetChannels();
        NamedChannels = 0;
    }

    /// <summary>Whether the next name of the channels member is of any use: after a wrong one, or one too many, they are only counted.</summary>
    public bool WantsChannel()
    {
        NamedChannels++;
        return ChannelError is null && NamedChannels <= (app.MaxEventChannelsAtOnce ?? int.MaxValue) && _channels.Count <= _mostChannels;
    }

    /// <summary>Adds a channel; of a wrong name the error is kept.</summary>
    public void AddChannel(string name)
    {
        if (!ChannelName.TryParse(name, app.MaxChannelNameLength, out var channel, out var error)) ChannelError = error;
        else if (IsNew(name)) _channels.Add(channel);
    }

    /// <summary>There is no channels member, or it is null.</summary>
    public void ForgetChannels()
    {
        _channels.Clear();
        _seen = null;
        NamedChannels = null;
        ChannelError = null;
    }

    /// <summary>Takes the channel member for the event's only channel when there is no channels member.</summary>
    public void TakeSingleChannel()
    {
        if (NamedChannels is null && _channels.Count == 0 && Channel is { } name) AddChannel(name);
    }

    /// <summary>The event ready to be published, once it was checked. It shares what this holds: publish it before the next is read.</summary>
    public PublishedEvent ToEvent()
    {
        TakeSingleChannel();
        return new PublishedEvent(Name!, _channels, DataToken, Tags, SocketId.TryParse(SocketIdText, out var except) ? except : null);
    }

    private bool IsNew(string name)
    {
        if (_seen is null && _channels.Count < WalkedChannels)
        {
            foreach (var channel in _channels)
            {
                if (channel.Value == name) return false;
            }

            return true;
        }

        if (_seen is null)
        {
            _seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var channel in _channels) _seen.Add(channel.Value);
        }

        return _seen.Add(name);
    }
}
