using System.Diagnostics;
using System.Globalization;
using Sockudo.Server.Tracing;
using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>Round trips as spans. Off they are the round trips and nothing else.</summary>
internal sealed partial class RedisLink
{
    /// <summary>As <see cref="RunAsync{T}(Func{IDatabase, Task{T}}, TimeSpan, CancellationToken)"/>, with a span below the current one.</summary>
    /// <param name="span">The span's name.</param>
    /// <param name="operation">The command, as Redis calls it.</param>
    /// <param name="command">Starts it.</param>
    /// <param name="deadline">How long the answer is waited for.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="RedisAwayException">As there.</exception>
    public ValueTask<T> RunAsync<T>(string span, string operation, Func<IDatabase, Task<T>> command, TimeSpan deadline, CancellationToken cancellationToken) =>
        ServerTracing.IsOn ? RunTracedAsync(span, operation, command, deadline, cancellationToken) : RunAsync(command, deadline, cancellationToken);

    /// <summary>Starts a span about this Redis; null when nobody listens. A span is for the thread that works on it to end.</summary>
    public Activity? StartSpan(string span, string operation)
    {
        if (ServerTracing.Start(span, ActivityKind.Client) is not { } started) return null;
        if (!started.IsAllDataRequested) return started;
        started.SetTag(TraceTags.DatabaseSystem, "redis").SetTag(TraceTags.DatabaseOperation, operation);
        if (Target.Topology != RedisTopology.Cluster) started.SetTag(TraceTags.DatabaseNamespace, Target.Database.ToString(CultureInfo.InvariantCulture));

        // Which of several answers, master or slot, is the library's knowledge.
        if (Target is { Topology: RedisTopology.Server, Nodes: [var node, ..] }) started.SetTag(TraceTags.ServerAddress, node.Host).SetTag(TraceTags.ServerPort, node.Port);
        return started;
    }

    private async ValueTask<T> RunTracedAsync<T>(string name, string operation, Func<IDatabase, Task<T>> command, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var span = StartSpan(name, operation);
        try
        {
            return await RunAsync(command, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisAwayException exception)
        {
            span?.SetTag(TraceTags.ErrorType, ErrorTypeOf(exception)).SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
    }

    private static string ErrorTypeOf(RedisAwayException exception) => exception.InnerException switch
    {
        null => "no_connection",
        TimeoutException => "timeout",
        RedisServerException => "refused",
        _ => "connection_lost",
    };
}
