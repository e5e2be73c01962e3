using Sockudo.LoadTest.Clients;
using Sockudo.LoadTest.Native;

namespace Sockudo.LoadTest.Publishing;

/// <summary>Publishes one event, or batch, at a time: over HTTP through whichever connection is free, or as a client event.</summary>
internal sealed class PublisherPool
{
    /// <summary>Added to a publisher's place, it is its tag at the poller.</summary>
    public const long FirstTag = 1L << 40;

    private readonly LoadOptions _options;
    private readonly LoadCounters _counters;
    private readonly ClientPool _clients;
    private readonly PublishRequests _requests;
    private readonly HttpPublisher[] _publishers;
    private int _publisher;
    private int _target;

    public PublisherPool(LoadOptions options, LoadCounters counters, ClientPool clients, PusherSigner signer, Poller poller)
    {
        _options = options;
        _counters = counters;
        _clients = clients;
        _requests = new PublishRequests(options, signer);
        _publishers = [.. Enumerable.Range(0, options.Mode == LoadMode.Client ? 0 : options.Publishers).Select(index => new HttpPublisher(
            _ => TcpSocket.Open(options.Host, options.PublishPorts[index % options.PublishPorts.Count], -1, poller, FirstTag + index),
            counters,
            options.Mode == LoadMode.Http))];
    }

    /// <summary>Whether a request is on its way.</summary>
    public bool IsBusy => Array.Exists(_publishers, static publisher => publisher.IsBusy);

    /// <summary>A publisher's socket has news.</summary>
    public void OnEvent(long tag, bool writable, bool readable) => _publishers[tag - FirstTag].OnEvent(writable, readable);

    /// <summary>Publishes; false when every publisher waits for its answer.</summary>
    public bool TryPublish(long stamp) => _options.Mode == LoadMode.Client ? SendClientEvent(stamp) : Post(stamp);

    private bool SendClientEvent(long stamp)
    {
        var sender = _target++ % (_clients.Count / 2) * 2;
        if (!_clients.Send(sender, _requests.ClientEvent(_clients.ChannelOf(sender), stamp))) return true;
        _counters.Published++;
        _counters.Expected++;
        return true;
    }

    private bool Post(long stamp)
    {
        for (var i = 0; i < _publishers.Length; i++)
        {
            var publisher = _publishers[_publisher++ % _publishers.Length];
            if (publisher.IsBusy) continue;
            var channel = _target++ % _options.Channels;
            publisher.Send(_requests.Events(_options.Mode == LoadMode.Http ? "empty" : _options.Channel + channel, stamp), stamp);
            _counters.Published += _options.Batch;
            if (_options.Mode != LoadMode.Http) _counters.Expected += (long)_options.Batch * _clients.SubscribersOf(channel);
            return true;
        }

        return false;
    }
}
