namespace Sockudo.Server.Queueing.Memory;

/// <summary>The registration of the driver memory.</summary>
internal static class MemoryQueueExtensions
{
    /// <summary>Keeps jobs in the process.</summary>
    public static IServiceCollection AddMemoryQueue(this IServiceCollection services) => services.AddSingleton<IJobQueue, MemoryJobQueue>();
}
