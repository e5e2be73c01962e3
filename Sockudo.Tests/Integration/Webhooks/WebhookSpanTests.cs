using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Webhooks;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Webhooks;

/// <summary>Each request to an endpoint is a span.</summary>
public sealed class WebhookSpanTests
{
    [Theory]
    [InlineData(200, ActivityStatusCode.Unset, null)]
    [InlineData(500, ActivityStatusCode.Error, "answered 500")]
    public async Task A_request_is_a_span_that_the_receiver_can_continue(int status, ActivityStatusCode code, string? description)
    {
        var spans = new EventLog<Activity>("the listener");
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == WebhookSender.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(status);
        using var sender = new WebhookSender(Options.Create(new WebhookOptions()), TimeProvider.System);
        var app = new App { Id = $"spans-{status}", Key = "k", Secret = "s" };
        var endpoint = new WebhookEndpoint { Url = new Uri(receiver.Url()), Events = WebhookEventTypes.ChannelOccupied };
        var failure = await sender.SendAsync(app, endpoint, "id-1", """{"time_ms":1,"events":[]}"""u8.ToArray(), attempt: 3, TestContext.Current.CancellationToken);

        Assert.Equal(description, failure);
        var span = await spans.FirstAsync(span => (string?)span.GetTagItem("sockudo.app_id") == app.Id, "the span");
        Assert.Equal(("webhook deliver", code), (span.OperationName, span.Status));
        Assert.Equal(("id-1", 3), ((string?)span.GetTagItem("messaging.message.id"), (int?)span.GetTagItem("sockudo.webhook.attempt")));
        Assert.Contains(span.TraceId.ToHexString(), receiver.Requests.All[0].Headers["traceparent"], StringComparison.Ordinal);
    }
}
