using System.Text;
using System.Text.Json;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Fuzzing;

/// <summary>What clients say, from the message's bytes to its effects: whoever sends it is answered, and nobody else is harmed.</summary>
public sealed class MessageFuzzTests(ITestOutputHelper output)
{
    private const string Room = "private-room";
    private const string Lobby = "presence-lobby";
    private const int InputsPerPair = 250;

    [Fact]
    public async Task No_message_throws_or_reaches_others_as_anything_but_a_message()
    {
        using var pairs = new Pairs();
        await FuzzRun.ExecuteAsync("messages", output.WriteLine, (random, mutator, given) =>
        {
            var (sender, isText, message) = pairs.Next(random, mutator, given);
            return () =>
            {
                try
                {
                    pairs.Node.Dispatcher.Dispatch(sender.Connection, message, isText);
                }
                catch (Exception error)
                {
                    Assert.Fail($"{error.GetType().Name}: {error.Message} on {FuzzRun.Show(message)}");
                }

                return Task.FromResult(Outcome(sender));
            };
        });
        pairs.Check();
    }

    private static string Outcome(TestClient sender)
    {
        var news = sender.News;
        if (news.Length == 0) return "silent";
        var first = TestClient.Parse(news[0]);
        return first.GetProperty("event").GetString() == "pusher:error"
            ? $"error {first.GetProperty("data").GetProperty("code")}"
            : first.GetProperty("event").GetString()!;
    }

    /// <summary>A sender and a bystander who share two channels; new ones every few hundred inputs, so that their wires stay short.</summary>
    private sealed class Pairs : IDisposable
    {
        private TestClient? _sender;
        private TestClient? _bystander;
        private int _count;

        public Node Node { get; private set; } = new();

        public (TestClient Sender, bool IsText, byte[] Message) Next(Random random, Mutator mutator, byte[]? given)
        {
            if (_sender is null || ++_count % InputsPerPair == 0) Renew();
            Node.Time.Advance(TimeSpan.FromMilliseconds(20)); // what is refused stays within the socket's budget
            if (given is null && random.Next(6) == 0) return (_sender!, true, Signed(random, mutator));
            var message = given ?? mutator.Next();

            // The transport lets no text through that is not UTF-8.
            var isText = random.Next(4) != 0 && System.Text.Unicode.Utf8.IsValid(message);
            return (_sender!, isText, message);
        }

        /// <summary>What came to the bystander is messages, and it is still served.</summary>
        public void Check()
        {
            if (_bystander is null) return;
            foreach (var frame in _bystander.Frames)
            {
                Assert.Equal(Opcode.Text, frame.Opcode);
                Assert.True(System.Text.Unicode.Utf8.IsValid(frame.Payload), Convert.ToHexString(frame.Payload));
                using var document = JsonDocument.Parse(frame.Payload);
                Assert.Equal(JsonValueKind.String, document.RootElement.GetProperty("event").ValueKind);
            }

            _bystander.Quietly();
            var other = Node.Connect().Subscribe(Room);
            other.Say($$"""{"event":"client-fence","channel":"{{Room}}","data":"x"}""");
            Assert.Equal($$"""{"event":"client-fence","channel":"{{Room}}","data":"x"}""", Assert.Single(_bystander.News));
        }

        public void Dispose() => Node.Dispose();

        private void Renew()
        {
            Check();
            Node.Dispose();
            Node = new Node();
            _bystander = Node.Connect().Subscribe(Room).Join(Lobby, "bystander").Quietly();
            _sender = Node.Connect().Subscribe(Room).Quietly();
        }

        /// <summary>Strings inside strings, rightly signed: nothing else gets as far as their reader.</summary>
        private byte[] Signed(Random random, Mutator mutator)
        {
            var text = Encoding.UTF8.GetString(mutator.Change(
                random.Next(2) == 0 ? """{"user_id":"7","user_info":{"name":"Ada"}}"""u8.ToArray() : """{"id":"7","watchlist":["8"]}"""u8.ToArray(), random.Next(1, 4)));
            var app = _sender!.App;
            object message = random.Next(2) == 0
                ? new { @event = "pusher:subscribe", data = new { channel = Lobby, auth = TestApps.Auth(app, $"{_sender.Id}:{Lobby}:{text}"), channel_data = text } }
                : new { @event = "pusher:signin", data = new { auth = TestApps.Auth(app, $"{_sender.Id}::user::{text}"), user_data = text } };
            return JsonSerializer.SerializeToUtf8Bytes(message);
        }
    }
}
