using Sockudo.Server.Queueing;

namespace Sockudo.Server.Webhooks;

/// <summary>
/// The jobs of one lane on this node, in order. Its loop runs while there are jobs and has at most one request under way; the
/// loop's own fields belong to the loop, the list to <see cref="WebhookDeliveries"/>'s lock.
/// </summary>
internal sealed class DeliveryLane(JobLane lane, EndpointSlots slots)
{
    public JobLane Lane => lane;

    /// <summary>The endpoint as it may be logged: without user, password and query, which are secrets as likely as not.</summary>
    public string Label { get; } =
        Uri.TryCreate(lane.Destination, UriKind.Absolute, out var url) ? $"{url.Scheme}://{url.Authority}{url.AbsolutePath}" : "(no URL)";

    /// <summary>The requests under way to the lane's endpoint.</summary>
    public EndpointSlots Slots => slots;

    /// <summary>Jobs that are not finished, in order.</summary>
    public LinkedList<QueuedJob> Jobs { get; } = new();

    /// <summary>Attempts that failed since the last that did not.</summary>
    public int Failures { get; set; }

    /// <summary>Whether it was said that there is nobody to deliver to any more.</summary>
    public bool IsPointlessTold { get; set; }

    /// <summary>Whether the loop has ended; guarded by that lock too.</summary>
    public bool IsEnded { get; set; }
}

/// <summary>Bounds the requests under way to one endpoint; made with its first lane, gone with its last.</summary>
internal sealed class EndpointSlots(int count)
{
    /// <summary>Taken for each request.</summary>
    public SemaphoreSlim Free { get; } = new(count);

    /// <summary>Lanes of the endpoint.</summary>
    public int Lanes { get; set; }
}
