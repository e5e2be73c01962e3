using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sockudo.Server.Queueing;
using Sockudo.Server.Queueing.Sqs;
using Sockudo.Tests.Cluster.Backplanes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Queues;

/// <summary>The queue on SQS, in both kinds.</summary>
public abstract class SqsConformance(SqsFixture fixture, ITestOutputHelper output) : DurableQueueConformance(output)
{
    private readonly string _name = $"webhooks-{Guid.NewGuid():N}";
    private readonly TestLog _log = new("the queues");

    private protected abstract bool IsFifo { get; }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (TestContext.Current.TestState?.Result == TestResult.Failed) Output.WriteLine(_log.Text);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_too_large_for_SQS_is_a_dead_letter_at_once()
    {
        var (queue, handler) = await OpenAsync();
        queue.Enqueue(NewJob(0, body: new string('x', 300_000)));
        Assert.Equal(DeadLetterReason.TooLarge, Assert.Single(handler.Dead.All).Reason);
    }

    [Fact]
    public async Task What_is_too_large_in_bytes_though_not_in_letters_does_not_hold_up_what_comes_after_it()
    {
        var (queue, handler) = await OpenAsync();
        queue.Enqueue(NewJob(0, id: "large", body: new string('é', 140_000)));
        queue.Enqueue(NewJob(0, id: "next"));
        await handler.Jobs.FirstAsync(static handled => handled.Job.Id == "next", "the next job", TimeSpan.FromSeconds(30));
        Assert.Equal(DeadLetterReason.TooLarge, Assert.Single(handler.Dead.All).Reason);
    }

    [Fact]
    public async Task Jobs_that_are_too_large_together_are_sent_one_by_one()
    {
        var (queue, handler) = await OpenAsync();
        for (var i = 0; i < 6; i++) queue.Enqueue(NewJob(0, id: Name(i), body: new string('"', 40_000)));
        await handler.DistinctAsync(6, TimeSpan.FromSeconds(30));
        Assert.Empty(handler.Dead.All);
    }

    [Fact]
    public async Task What_is_somebody_elses_stays_in_the_queue_and_is_told()
    {
        var (queue, handler) = await OpenAsync();
        using var client = new Amazon.SQS.AmazonSQSClient(new Amazon.SQS.AmazonSQSConfig { ServiceURL = fixture.Url, AuthenticationRegion = "us-east-1" });
        var url = (await client.GetQueueUrlAsync(IsFifo ? _name + ".fifo" : _name, TestContext.Current.CancellationToken)).QueueUrl;
        foreach (var text in new[] { "an order", """{"id":"1","kind":"order","app_id":"a","url":"u","partition":0,"enqueued_ms":1,"body":"b"}""" })
        {
            var request = new Amazon.SQS.Model.SendMessageRequest(url, text);
            if (IsFifo) (request.MessageGroupId, request.MessageDeduplicationId) = ("theirs", Guid.NewGuid().ToString("N"));
            await client.SendMessageAsync(request, TestContext.Current.CancellationToken);
        }

        await Eventually.TrueAsync(() => Task.FromResult(_log.Text.Contains("are not this server's webhooks", StringComparison.Ordinal)), "it is told", TimeSpan.FromSeconds(30));
        queue.Enqueue(NewJob(0, id: "ours"));
        await handler.Jobs.FirstAsync(static handled => handled.Job.Id == "ours", "our own job", TimeSpan.FromSeconds(30));
        await StopAsync(queue);

        var attributes = await client.GetQueueAttributesAsync(url, ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"], TestContext.Current.CancellationToken);
        Assert.Equal(2, attributes.ApproximateNumberOfMessages + attributes.ApproximateNumberOfMessagesNotVisible);
        Assert.Equal(["ours"], handler.Ids);
    }

    private protected override IJobQueue Create(QueueOptions options) => new SqsJobQueue(
        new SqsQueueOptions { EndpointUrl = fixture.Url, QueueName = _name, Fifo = IsFifo, VisibilityTimeoutSeconds = 3, WaitTimeSeconds = 1 },
        Options.Create(options), TimeProvider.System, _log.CreateLogger<SqsJobQueue>());
}

/// <summary>A FIFO queue.</summary>
public sealed class SqsFifoQueueTests(SqsFixture fixture, ITestOutputHelper output) : SqsConformance(fixture, output), IClassFixture<SqsFixture>
{
    private protected override bool IsFifo => true;
}

/// <summary>A standard queue, which keeps no order.</summary>
public sealed class SqsStandardQueueTests(SqsFixture fixture, ITestOutputHelper output) : SqsConformance(fixture, output), IClassFixture<SqsFixture>
{
    protected override bool KeepsOrder => false;

    private protected override bool IsFifo => false;
}

/// <summary>One emulator for the tests of a class.</summary>
public sealed class SqsFixture : IAsyncLifetime
{
    private readonly FauxSqs _server = new();

    public SqsFixture()
    {
        foreach (var (name, value) in FauxSqs.Credentials) Environment.SetEnvironmentVariable(name, value);
    }

    internal string Url => _server.Url;

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
