namespace Sockudo.Server.Queueing.Sqs;

/// <summary>The queue on Amazon SQS (configuration section <c>queue.sqs</c>). Credentials come from AWS's own chain.</summary>
internal sealed class SqsQueueOptions
{
    /// <summary>The AWS region. Default us-east-1.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Another endpoint than AWS. Default null.</summary>
    public string? EndpointUrl { get; set; }

    /// <summary>What the queue's URL starts with, when it is not to be looked up; the name follows. Default null.</summary>
    public string? QueueUrlPrefix { get; set; }

    /// <summary>
    /// How long a received job is hidden from other nodes; it is renewed for as long as the job is worked on. So long after a node's
    /// death its jobs lie still. Unit: seconds. Default 30.
    /// </summary>
    public long VisibilityTimeoutSeconds { get; set; } = 30;

    /// <summary>Jobs of one receive. Default 10.</summary>
    public long MaxMessages { get; set; } = 10;

    /// <summary>How long a receive waits for jobs. Unit: seconds. Default 5.</summary>
    public long WaitTimeSeconds { get; set; } = 5;

    /// <summary>Whether the queue is FIFO: only then are jobs handed out in order. Default false.</summary>
    public bool Fifo { get; set; }

    /// <summary>What the message groups of a FIFO queue begin with. Default <c>default</c>.</summary>
    public string MessageGroupId { get; set; } = "default";

    /// <summary>The queue's name; <c>.fifo</c> follows for a FIFO queue. Default webhooks.</summary>
    public string QueueName { get; set; } = "webhooks";
}
