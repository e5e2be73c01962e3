using System.Globalization;
using System.Text;

namespace Sockudo.AppHost.Brokers.Health;

/// <summary>A question to a Redis process on loopback. Aspire's own check knows single servers only.</summary>
/// <param name="Port">Where to ask.</param>
/// <param name="Command">The question, its words parted by blanks.</param>
/// <param name="Expected">What the answer contains when all is well.</param>
/// <param name="Authenticate">Whether the password is sent first; a sentinel without one would refuse it.</param>
internal sealed record RedisReply(int Port, string Command, string Expected, bool Authenticate)
{
    /// <summary>A server that takes commands.</summary>
    public static RedisReply Pong(int port) => new(port, "PING", "PONG", Authenticate: true);

    /// <summary>Asks; false when the answer is another one, none within two seconds, or nobody listens.</summary>
    public Task<bool> AskAsync(string password, CancellationToken cancellation) =>
        TextReply.HasAsync("127.0.0.1", Port, (Authenticate ? Request("AUTH", password) : "") + Request(Command.Split(' ')), Expected, cancellation);

    // As arrays of the Redis protocol: Garnet does not take inline commands.
    private static string Request(params string[] words)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words) text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        return text.ToString();
    }
}
