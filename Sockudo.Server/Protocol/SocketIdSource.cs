using System.Security.Cryptography;

namespace Sockudo.Server.Protocol;

/// <summary>
/// Makes socket ids that nobody can foresee: channel signatures are bound to them, and who knew his next ids could collect signatures
/// for later. Random bytes are drawn for many ids at once, because a draw costs more than a connect should pay. Thread-safe.
/// </summary>
internal sealed class SocketIdSource
{
    private const int IdsAtOnce = 256;

    private readonly Lock _gate = new(); // guards the two below
    private readonly byte[] _bytes = new byte[IdsAtOnce * SocketId.RandomBytes];
    private int _next = IdsAtOnce * SocketId.RandomBytes;

    /// <summary>A new id.</summary>
    public SocketId Next()
    {
        lock (_gate)
        {
            if (_next == _bytes.Length)
            {
                RandomNumberGenerator.Fill(_bytes);
                _next = 0;
            }

            var id = SocketId.From(_bytes.AsSpan(_next, SocketId.RandomBytes));
            _next += SocketId.RandomBytes;
            return id;
        }
    }
}
