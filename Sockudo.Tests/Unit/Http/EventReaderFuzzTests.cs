using System.Text;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class EventReaderFuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 50_000;

    private static readonly byte[] Seed = Encoding.UTF8.GetBytes(
        """{"batch":[{"name":"greeting","channels":["chat","presence-é"],"data":{"a":["x\u00e9\ud83d\ude00",1.5e3,null]},"socket_id":"12.34","info":"user_count","tags":{"t":"v\n"},"delta":true}],"name":"n","channel":"c","data":"\"quoted\"","idempotency_key":"k"}""");

    [Fact]
    public void Nothing_a_client_sends_makes_the_reader_throw()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (read, refused) = (0, 0);
        for (var i = 0; i < Inputs; i++)
        {
            var body = Mutate(random);
            var refusals = new[] { EventReader.ReadEvent(body, new EventRequest(ApiHost.App, long.MaxValue)), ReadBatch(body) };
            Assert.All(refusals, static refusal => Assert.InRange(refusal?.Status ?? 400, 400, 400));
            if (refusals[1] is null) read++;
            else refused++;
        }

        output.WriteLine($"{read} read, {refused} refused");
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    private static ApiAnswer? ReadBatch(byte[] body) =>
        EventReader.ReadBatch(body, int.MaxValue, new EventRequest(ApiHost.App, long.MaxValue), static (EventRequest _, ref PublishLoad _) => null, out _);

    private static byte[] Mutate(Random random)
    {
        var body = new List<byte>(Seed);
        for (var changes = random.Next(4); changes >= 0; changes--)
        {
            var at = random.Next(body.Count);
            switch (random.Next(4))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body.RemoveRange(at, Math.Min(random.Next(1, 12), body.Count - at));
                    break;
                case 2:
                    body.Insert(at, "\"\\{}[]:,0u"u8[random.Next(10)]);
                    break;
                default:
                    body.InsertRange(at, body.GetRange(at, Math.Min(random.Next(1, 20), body.Count - at)));
                    break;
            }

            if (body.Count == 0) body.Add((byte)' ');
        }

        return [.. body];
    }
}
