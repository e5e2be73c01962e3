using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Channels;

public sealed class SubscriberListTests(ITestOutputHelper output) : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void It_holds_what_a_set_would_hold_after_any_history()
    {
        var random = Seed.Next(output.WriteLine);
        var sockets = Enumerable.Range(0, 400).Select(_ => _node.Create().Connection).ToArray();
        var list = new SubscriberList();
        var set = new HashSet<Connection>();
        for (var i = 0; i < 20_000 * Seed.Scale; i++)
        {
            // Grows and shrinks in long waves, through every threshold.
            var socket = sockets[random.Next(sockets.Length)];
            var grows = random.Next(10) < (i / 1500 % 2 == 0 ? 8 : 2);
            if (grows && set.Add(socket)) list.Add(socket);
            else if (!grows && set.Remove(socket)) list.Remove(socket);
            if (i % 7 != 0) continue;
            var probe = sockets[random.Next(sockets.Length)];
            Assert.Equal(set.Contains(probe) ? probe : null, list.Find(probe.Id));
            Assert.Equal(set.Count, list.Count);
            if (i % 49 == 0) Assert.True(set.SetEquals(list.Span.ToArray()));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(100)]
    public void Removing_a_stranger_changes_nothing(int count)
    {
        var list = new SubscriberList();
        for (var i = 0; i < count; i++) list.Add(_node.Create().Connection);
        list.Remove(_node.Create().Connection);

        Assert.Equal(count, list.Count);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1000)]
    public void A_removed_socket_is_not_kept(int count)
    {
        var list = new SubscriberList();
        var keep = _node.Create().Connection;
        list.Add(keep);
        var references = AddAndRemove(list, count);
        GC.Collect();

        Assert.DoesNotContain(references, static reference => reference.IsAlive);
        Assert.Equal(1, list.Count);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference[] AddAndRemove(SubscriberList list, int count)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => _node.Create().Connection).ToArray();
        foreach (var socket in sockets) list.Add(socket);
        foreach (var socket in sockets) list.Remove(socket);
        return [.. sockets.Select(static socket => new WeakReference(socket))];
    }
}
