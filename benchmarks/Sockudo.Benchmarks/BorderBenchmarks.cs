using System.Text;
using BenchmarkDotNet.Attributes;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Benchmarks;

/// <summary>What a node asks of the message of an event from another node, before a client here is given it.</summary>
[MemoryDiagnoser]
public class BorderBenchmarks
{
    private byte[] _whole = [];
    private byte[] _cutOff = [];

    [Params(100, 10_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        const string Head = "{\"event\":\"order-shipped\",\"channel\":\"private-orders\",\"data\":\"";
        _whole = Encoding.UTF8.GetBytes(Head + new string('x', Bytes - Head.Length - 2) + "\"}");
        _cutOff = _whole[..^1];
    }

    [Benchmark]
    public bool CheckOfAMessage() => EntryRules.IsMessage(_whole);

    [Benchmark]
    public bool CheckOfAMessageThatIsCutOff() => EntryRules.IsMessage(_cutOff);
}
