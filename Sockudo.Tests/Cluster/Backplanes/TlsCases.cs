namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>Which cases run in short over another way to a broker whose plain deployment runs all of them.</summary>
internal static class TlsCases
{
    /// <summary>Where it is several that vote.</summary>
    public static readonly IReadOnlyCollection<string> Several =
    [
        "A_message_arrives_once_at_every_subscriber_and_at_its_publisher",
        "What_one_publisher_sends_arrives_in_order_whole_and_one_after_another_up_to_the_largest_size",
        "Reconnecting_replaces_the_connection_and_subscribes_again",
        "After_the_master_was_killed_all_publish_and_hear_on_the_new_one",
        "After_the_master_of_the_topic_was_killed_all_publish_and_hear_again",
        "Without_the_clients_certificate_it_is_an_outage",
    ];
}
