using System.Diagnostics;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.AppHost.Tests.Running;

[Collection(nameof(RunningApplication))]
public sealed class CleanEndTests
{
    [Fact]
    public async Task The_end_of_the_application_leaves_no_process()
    {
        var application = await RunningApplication.StartAsync("nats", "--Sockudo:Replicas=2");
        var processes = application.IdsOf("sockudo").Concat(application.IdsOf("nats")).Select(application.ProcessOf).ToList();
        Assert.All(processes, static id => Assert.True(IsRunning(id)));

        await application.DisposeAsync();

        await Eventually.TrueAsync(() => !processes.Exists(IsRunning), "the end of the servers and of the broker", Deadline.ProcessStart);
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
