namespace Sockudo.Server.Http.OpenApi;

/// <summary>The JSON schemas of bodies and answers.</summary>
internal static class Schemas
{
    /// <summary>The value of <c>components.schemas</c>.</summary>
    public static ReadOnlySpan<byte> Json => """
        {
          "Error": {"type":"object","required":["error","code","doc"],"properties":{
            "error":{"type":"string","description":"A sentence for people."},
            "message":{"type":"string","description":"The sentence, where error is the name of a status (429, 503)."},
            "code":{"type":"string","description":"For programs; never changes."},
            "doc":{"type":"string","description":"Where it is explained."}}},
          "Ok": {"type":"object","properties":{"ok":{"type":"boolean","const":true}}},
          "Event": {"type":"object","required":["name"],"properties":{
            "name":{"type":"string"},
            "data":{"description":"A string as clients get it; other JSON is sent as the string that holds it."},
            "channels":{"type":"array","items":{"type":"string"},"minItems":1},
            "channel":{"type":"string","description":"Instead of channels."},
            "socket_id":{"type":"string","pattern":"^[0-9]+\\.[0-9]+$","description":"The connection that must not get it."},
            "info":{"type":"string","description":"Comma-separated: user_count, subscription_count."},
            "tags":{"type":"object","additionalProperties":{"type":"string"}},
            "idempotency_key":{"type":"string","maxLength":128}}},
          "Batch": {"type":"object","required":["batch"],"properties":{
            "batch":{"type":"array","items":{"$ref":"#/components/schemas/Event"}},
            "idempotency_key":{"type":"string","maxLength":128}}},
          "Counts": {"type":"object","properties":{"user_count":{"type":"integer"},"subscription_count":{"type":"integer"}}},
          "EventAnswer": {"type":"object","properties":{
            "ok":{"type":"boolean"},
            "channels":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/Counts"}}}},
          "BatchAnswer": {"type":"object","properties":{"batch":{"type":"array","items":{"$ref":"#/components/schemas/Counts"}}}},
          "Channels": {"type":"object","properties":{"channels":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/Counts"}}}},
          "Channel": {"type":"object","required":["occupied"],"properties":{
            "occupied":{"type":"boolean"},"user_count":{"type":"integer"},"subscription_count":{"type":"integer"},
            "cache":{"type":"object","properties":{
              "data":{"type":"string","description":"The last event, as its subscribers got it."},
              "ttl":{"type":"integer","description":"Seconds it is still kept."}}}}},
          "Users": {"type":"object","properties":{"users":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"}}}}}},
          "DeadLetters": {"type":"object","properties":{
            "count":{"type":"integer","description":"How many the app has."},
            "dead_letters":{"type":"array","items":{"type":"object","properties":{
              "id":{"type":"string","description":"As X-Sockudo-Event-Id."},
              "url":{"type":"string"},
              "reason":{"type":"string","enum":["expired","queue_full","destination_full","too_large","broker_away","app_removed","endpoint_removed"]},
              "attempts":{"type":"integer"},"enqueued_ms":{"type":"integer"},"given_up_ms":{"type":"integer"},
              "body":{"type":"object","description":"What was sent."}}}}}},
          "Replay": {"type":"object","properties":{
            "ids":{"type":"array","items":{"type":"string"}},
            "all":{"type":"boolean","const":true,"description":"Instead of ids."}}},
          "Replayed": {"type":"object","properties":{"replayed":{"type":"integer"}}},
          "Usage": {"type":"object","properties":{"memory":{"type":"object","properties":{
            "free":{"type":"integer"},"used":{"type":"integer"},"total":{"type":"integer"},"percent":{"type":"number"}}}}},
          "Stats": {"type":"object","properties":{
            "version":{"type":"string"},"uptime":{"type":"integer"},"connections":{"type":"integer"},
            "adapter":{"type":"object"},"webhooks":{"type":"object"},"process":{"type":"object"},"apps":{"type":"array","items":{"type":"object"}}}},
          "Document": {"type":"object"}
        }
        """u8;
}
