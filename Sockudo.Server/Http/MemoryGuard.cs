using System.Globalization;
using Microsoft.Extensions.Options;

namespace Sockudo.Server.Http;

/// <summary>Refuses publishes while memory is short (<c>http_api.accept_traffic.memory_threshold</c>). Thread-safe.</summary>
internal sealed class MemoryGuard(MemoryReading memory, IOptions<HttpApiOptions> options)
{
    /// <summary>The refusal; null while there is memory, or no threshold.</summary>
    public ApiAnswer? Refusal()
    {
        if (options.Value.MemoryThreshold is not { } threshold) return null;
        var percent = memory.Current.Percent;
        if (percent <= threshold * 100) return null;
        var message = string.Create(CultureInfo.InvariantCulture, $"memory is {percent:F0} % used, publishes are refused above {threshold * 100:F0} %");
        return ApiErrors.MemoryLow.With("Service Unavailable", message, 1);
    }
}
