using System.Text;

namespace Sockudo.Server.RedisConnections;

/// <summary>
/// Listens to what the library writes while it connects. Its exception keeps to itself what the server said: which right the user
/// lacks stands only here. Thread-safe.
/// </summary>
internal sealed class HandshakeLog : TextWriter
{
    // How the library writes that the server refused a command.
    private const string Mark = ": SimpleError: ";

    // Commands of the handshake that a connection does without.
    private static readonly string[] Optional = ["CLIENT", "INFO", "CONFIG", "CLUSTER", "SENTINEL", "GET"];

    private readonly StringBuilder _line = new(); // also the lock
    private string? _refusal;

    /// <summary>The server's last refusal of a command no connection does without, such as <c>NOPERM …</c>; null when there was none.</summary>
    public string? Refusal
    {
        get
        {
            lock (_line)
            {
                return _refusal;
            }
        }
    }

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (_line)
        {
            if (value != '\n')
            {
                _line.Append(value);
                return;
            }

            var line = _line.ToString();
            _line.Clear();
            if (line.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at && !Array.Exists(Optional, command => line.AsSpan(0, at).EndsWith("/ " + command, StringComparison.Ordinal)))
                _refusal = line[(at + Mark.Length)..].Trim();
        }
    }
}
