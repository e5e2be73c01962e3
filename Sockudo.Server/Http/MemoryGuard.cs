using System.Globalization;
using Microsoft.Extensions.Options;

namespace Sockudo.Server.Http;

/// <summary>Refuses publishes while memory is short (<c>http_api.accept_traffic.memory_threshold</c>). Looks at most once a second. Thread-safe.</summary>
internal sealed class MemoryGuard(IMemoryGauge memory, IOptions<HttpApiOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new(); // guards the three below
    private long _readAt;
    private bool _wasRead;
    private double _percent;

    /// <summary>The refusal; null while there is memory, or no threshold.</summary>
    public ApiAnswer? Refusal()
    {
        if (options.Value.MemoryThreshold is not { } threshold) return null;
        var percent = Percent();
        if (percent <= threshold * 100) return null;
        var message = string.Create(CultureInfo.InvariantCulture, $"memory is {percent:F0} % used, publishes are refused above {threshold * 100:F0} %");
        return ApiErrors.MemoryLow.With("Service Unavailable", message, 1);
    }

    private double Percent()
    {
        lock (_gate)
        {
            if (_wasRead && time.GetElapsedTime(_readAt) < TimeSpan.FromSeconds(1)) return _percent;
            _wasRead = true;
            _readAt = time.GetTimestamp();
            return _percent = memory.Read().Percent;
        }
    }
}
