using Sockudo.Server.Connections;

namespace Sockudo.Server.Adapters;

/// <summary>Takes a socket out of everything it is in.</summary>
internal static class Departure
{
    /// <summary>Leaves each channel and signs out, each step whatever the others do: a socket that stays behind stays for ever.</summary>
    /// <param name="connection">The socket.</param>
    /// <param name="leave">Takes it out of one channel, by its name.</param>
    /// <param name="signOut">Takes it from its user.</param>
    /// <exception cref="AggregateException">Steps failed, because of defects; all were taken.</exception>
    public static void LeaveEverything(Connection connection, Action<Connection, string> leave, Action<Connection> signOut)
    {
        List<Exception>? defects = null;
        foreach (var name in connection.Subscriptions.Keys.ToArray())
        {
            try
            {
                leave(connection, name);
            }
            catch (Exception e)
            {
                (defects ??= []).Add(e);
            }
        }

        try
        {
            signOut(connection);
        }
        catch (Exception e)
        {
            (defects ??= []).Add(e);
        }

        if (defects is not null) throw new AggregateException(defects);
    }
}
