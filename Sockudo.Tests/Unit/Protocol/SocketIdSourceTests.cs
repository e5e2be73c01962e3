using System.Reflection;
using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Protocol;

public sealed class SocketIdSourceTests(ITestOutputHelper output)
{
    private readonly SocketIdSource _source = new();

    [Fact]
    public void Ids_are_in_range_and_readable()
    {
        for (var i = 0; i < 1000; i++)
        {
            var id = _source.Next();
            Assert.True(SocketId.TryParse(id.ToString(), out var read));
            Assert.Equal(id, read);
        }
    }

    [Fact]
    public void Ids_fill_their_range_evenly()
    {
        const int Ids = 100_000;
        var parts = new int[10];
        for (var i = 0; i < Ids; i++)
        {
            var id = _source.Next();
            parts[Math.Min(9, id.High / (SocketId.MaxPart / 10))]++;
            parts[Math.Min(9, id.Low / (SocketId.MaxPart / 10))]++;
        }

        Assert.All(parts, static count => Assert.InRange(count, 2 * Ids / 10 * 0.95, 2 * Ids / 10 * 1.05));
    }

    [Fact]
    public async Task No_id_comes_twice_whoever_asks_at_once()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 5000).Select(_ => _source.Next()).ToArray())));

        Assert.Equal(40_000, ids.SelectMany(static some => some).Distinct().Count());
    }

    [Fact]
    public void No_generator_that_can_be_foreseen_makes_an_id()
    {
        var members = new[] { typeof(SocketId), typeof(SocketIdSource) }.SelectMany(static type =>
            type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .SelectMany(static method => method.GetParameters().Select(static parameter => parameter.ParameterType))
                .Concat(type.GetFields(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(static field => field.FieldType)));

        Assert.DoesNotContain(typeof(Random), members);
    }

    [Fact]
    public void An_id_costs_a_connect_next_to_nothing()
    {
        const int Ids = 10_000;
        var best = double.MaxValue;
        _source.Next(); // the generator's own beginning
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 20; round++)
        {
            var started = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < Ids; i++) _source.Next();
            best = Math.Min(best, TimeProvider.System.GetElapsedTime(started).TotalNanoseconds / Ids);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        output.WriteLine($"{best:0} ns an id, {allocated} bytes");
        Assert.InRange(allocated, 0, 1024);
        Assert.True(best < 2000, $"{best:0} ns");
    }
}
