using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;

namespace Sockudo.Server.Http;

/// <summary>What a check found.</summary>
internal enum HealthResult
{
    Ok,

    /// <summary>It works, with less than was configured.</summary>
    Degraded,
    Error,
    NotFound,
}

/// <summary>The checks behind <c>/up</c>: apps, then the adapter, then a shared cache, for which memory stands in while it is away. They use what is open already and end within <see cref="Limit"/>. Thread-safe.</summary>
internal sealed partial class HealthChecks(IAppManager apps, IAdapter adapter, TimeProvider time, ILogger<HealthChecks> logger, ICache? cache = null)
{
    /// <summary>How long a look into the app store may take; afterwards it has failed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(400);

    /// <summary>The server as a whole: it needs at least one app.</summary>
    public async ValueTask<HealthResult> OfServerAsync(CancellationToken cancellationToken)
    {
        var (isReached, all) = await AskAsync(() => apps.ListAsync(cancellationToken), cancellationToken);
        return isReached && all is { Count: > 0 } ? OfAdapter() : HealthResult.Error;
    }

    /// <summary>One app: it must exist, be enabled and have a working adapter. What is missing is not told: anybody may ask for any id.</summary>
    public async ValueTask<HealthResult> OfAppAsync(string appId, CancellationToken cancellationToken)
    {
        var (_, app) = await AskAsync(() => apps.FindByIdAsync(appId, cancellationToken), cancellationToken);
        return app is { Enabled: true } && OfAdapter() is not HealthResult.Error and var result ? result : HealthResult.NotFound;
    }

    private HealthResult OfAdapter() => adapter.Health.State switch
    {
        HealthState.Ok => cache is { IsAway: true } ? HealthResult.Degraded : HealthResult.Ok,
        HealthState.Degraded => HealthResult.Degraded,
        _ => HealthResult.Error,
    };

    private async ValueTask<(bool IsReached, T? Value)> AskAsync<T>(Func<ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            var question = ask();
            return (true, question.IsCompletedSuccessfully ? question.Result : await question.AsTask().WaitAsync(Limit, time, cancellationToken));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(e);
            return (false, default);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The health check fails: the app store did not answer")]
    private partial void LogUnreachable(Exception exception);
}
