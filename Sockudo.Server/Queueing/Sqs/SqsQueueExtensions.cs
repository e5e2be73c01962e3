using Microsoft.Extensions.Options;

namespace Sockudo.Server.Queueing.Sqs;

/// <summary>The registration of the driver sqs.</summary>
internal static class SqsQueueExtensions
{
    /// <summary>Keeps jobs in Amazon SQS, or what speaks like it.</summary>
    public static IServiceCollection AddSqsQueue(this IServiceCollection services, SqsQueueOptions options) =>
        services.AddSingleton<IJobQueue>(provider => new SqsJobQueue(
            options, provider.GetRequiredService<IOptions<QueueOptions>>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SqsJobQueue>>()));
}
