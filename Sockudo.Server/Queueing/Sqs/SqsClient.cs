using System.Globalization;
using Amazon;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace Sockudo.Server.Queueing.Sqs;

/// <summary>The calls the queue makes, on one SQS queue that is looked up, and created when there is none. Thread-safe.</summary>
internal sealed class SqsClient : IDisposable
{
    private readonly SqsQueueOptions _options;
    private readonly AmazonSQSClient _client;
    private readonly string _name;
    private volatile string? _url;

    public SqsClient(SqsQueueOptions options)
    {
        _options = options;
        _name = options.Fifo && !options.QueueName.EndsWith(".fifo", StringComparison.Ordinal) ? options.QueueName + ".fifo" : options.QueueName;
        var configuration = new AmazonSQSConfig { MaxErrorRetry = 1, ThrottleRetries = false };
        if (options.EndpointUrl is { } url)
        {
            configuration.ServiceURL = url;
            configuration.AuthenticationRegion = options.Region;
        }
        else
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        _client = new AmazonSQSClient(configuration);
        if (options.QueueUrlPrefix is { Length: > 0 } prefix) _url = prefix + _name;
    }

    /// <summary>The queue's name.</summary>
    public string QueueName => _name;

    /// <summary>Whether an exception means that SQS did not do what it was asked, and may when asked again.</summary>
    public static bool IsFailure(Exception exception) => exception is AmazonServiceException or AmazonClientException or HttpRequestException or TimeoutException or IOException;

    /// <summary>Sends jobs; FIFO one at a time. Answers the indices of those that were not taken, and whether for what is in them.</summary>
    public async Task<IReadOnlyList<(int Index, bool IsRefused)>> SendAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        var request = new SendMessageBatchRequest
        {
            QueueUrl = await UrlAsync(cancellationToken).ConfigureAwait(false),
            Entries = [.. jobs.Select(Entry)],
        };
        var answer = await _client.SendMessageBatchAsync(request, cancellationToken).ConfigureAwait(false);
        return [.. (answer.Failed ?? []).Select(static failed => (int.Parse(failed.Id, CultureInfo.InvariantCulture), failed.SenderFault == true))];
    }

    /// <summary>Receives, waiting for a while when there is nothing.</summary>
    public async Task<IReadOnlyList<Message>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.ReceiveMessageAsync(new ReceiveMessageRequest
        {
            QueueUrl = await UrlAsync(cancellationToken).ConfigureAwait(false),
            MaxNumberOfMessages = (int)_options.MaxMessages,
            WaitTimeSeconds = (int)_options.WaitTimeSeconds,
            VisibilityTimeout = (int)_options.VisibilityTimeoutSeconds,
            MessageSystemAttributeNames = ["ApproximateReceiveCount"],
        }, cancellationToken).ConfigureAwait(false);
        return answer.Messages ?? [];
    }

    /// <summary>Deletes messages that were received.</summary>
    public async Task DeleteAsync(IReadOnlyList<string> receipts, CancellationToken cancellationToken) =>
        await _client.DeleteMessageBatchAsync(new DeleteMessageBatchRequest
        {
            QueueUrl = await UrlAsync(cancellationToken).ConfigureAwait(false),
            Entries = [.. receipts.Select(static (receipt, i) => new DeleteMessageBatchRequestEntry(i.ToString(CultureInfo.InvariantCulture), receipt))],
        }, cancellationToken).ConfigureAwait(false);

    /// <summary>Hides messages that were received for so long from now on; 0 shows them to everybody.</summary>
    public async Task HideAsync(IReadOnlyList<string> receipts, int seconds, CancellationToken cancellationToken) =>
        await _client.ChangeMessageVisibilityBatchAsync(new ChangeMessageVisibilityBatchRequest
        {
            QueueUrl = await UrlAsync(cancellationToken).ConfigureAwait(false),
            Entries = [.. receipts.Select((receipt, i) => new ChangeMessageVisibilityBatchRequestEntry
            {
                Id = i.ToString(CultureInfo.InvariantCulture),
                ReceiptHandle = receipt,
                VisibilityTimeout = seconds,
            })],
        }, cancellationToken).ConfigureAwait(false);

    /// <summary>About how many messages there are, hidden ones included.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.GetQueueAttributesAsync(new GetQueueAttributesRequest
        {
            QueueUrl = await UrlAsync(cancellationToken).ConfigureAwait(false),
            AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        }, cancellationToken).ConfigureAwait(false);
        return (answer.Attributes ?? []).Values.Sum(static value => long.Parse(value, CultureInfo.InvariantCulture));
    }

    public void Dispose() => _client.Dispose();

    private SendMessageBatchRequestEntry Entry(Job job, int index)
    {
        var entry = new SendMessageBatchRequestEntry(index.ToString(CultureInfo.InvariantCulture), SqsMessages.Write(job));
        if (!_options.Fifo) return entry;
        entry.MessageGroupId = Group(job.Lane);
        entry.MessageDeduplicationId = string.Create(CultureInfo.InvariantCulture, $"{job.Id}-{job.EnqueuedAt}");
        return entry;
    }

    // At most 128 characters, of which a URL and an id have others.
    private string Group(JobLane lane) => string.Create(
        CultureInfo.InvariantCulture, $"{_options.MessageGroupId}-{JobPartitions.Hash(lane.AppId, lane.Destination):x16}-{lane.Partition}");

    private async ValueTask<string> UrlAsync(CancellationToken cancellationToken)
    {
        if (_url is { } known) return known;
        try
        {
            return _url = (await _client.GetQueueUrlAsync(_name, cancellationToken).ConfigureAwait(false)).QueueUrl;
        }
        catch (QueueDoesNotExistException)
        {
            var request = new CreateQueueRequest(_name);
            if (_options.Fifo) request.Attributes = new Dictionary<string, string> { ["FifoQueue"] = "true" };
            return _url = (await _client.CreateQueueAsync(request, cancellationToken).ConfigureAwait(false)).QueueUrl;
        }
    }
}
