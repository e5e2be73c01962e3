using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Channels;

/// <summary>
/// The subscribers of a channel: a dense array to walk, and an index by socket once there are more than a walk is worth. Add,
/// remove and find cost the same at any size. Not thread-safe: guarded by the channel's lock; only <see cref="Count"/> may be
/// read without it.
/// </summary>
internal sealed class SubscriberList
{
    private const int WalkedCount = 8;

    private Connection[] _items = [];
    private Dictionary<SocketId, int>? _index;
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>All of them, in no particular order.</summary>
    public ReadOnlySpan<Connection> Span => _items.AsSpan(0, _count);

    public void Add(Connection connection)
    {
        if (_count == _items.Length) Array.Resize(ref _items, Math.Max(4, _count * 2));
        _items[_count] = connection;
        _index?.Add(connection.Id, _count);
        Volatile.Write(ref _count, _count + 1);
        if (_index is null && _count > WalkedCount) BuildIndex();
    }

    public void Remove(Connection connection)
    {
        var at = IndexOf(connection.Id);
        if (at < 0) return;
        var last = _items[_count - 1];
        _items[at] = last;
        _items[_count - 1] = null!;
        Volatile.Write(ref _count, _count - 1);
        if (_index is not null)
        {
            _index.Remove(connection.Id);
            if (!ReferenceEquals(last, connection)) _index[last.Id] = at;
            if (_count <= WalkedCount / 2) _index = null;
        }

        // Give a once large channel's memory back, with room so that churn at the edge does not resize each time.
        if (_items.Length > 64 && _count < _items.Length / 4) Array.Resize(ref _items, _items.Length / 2);
    }

    public Connection? Find(SocketId id)
    {
        var at = IndexOf(id);
        return at < 0 ? null : _items[at];
    }

    private int IndexOf(SocketId id)
    {
        if (_index is not null) return _index.TryGetValue(id, out var at) ? at : -1;
        for (var i = 0; i < _count; i++)
        {
            if (_items[i].Id == id) return i;
        }

        return -1;
    }

    private void BuildIndex()
    {
        _index = new Dictionary<SocketId, int>(_count * 2);
        for (var i = 0; i < _count; i++) _index.Add(_items[i].Id, i);
    }
}
