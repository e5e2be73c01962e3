namespace Sockudo.Server.Http;

/// <summary>Every refusal the API has. Codes are part of its contract: they may be added, never changed.</summary>
internal static class ApiErrors
{
    public static readonly ApiError QueryMissing = new(400, "query_missing", "signature");
    public static readonly ApiError QueryInvalid = new(400, "query_invalid", "signature");
    public static readonly ApiError AuthKeyMissing = new(401, "auth_key_missing", "signature");
    public static readonly ApiError AppUnknown = new(404, "app_unknown", "signature");
    public static readonly ApiError AppIdMismatch = new(401, "app_id_mismatch", "signature");
    public static readonly ApiError TimestampInvalid = new(401, "timestamp_invalid", "signature");
    public static readonly ApiError TimestampExpired = new(401, "timestamp_expired", "signature");
    public static readonly ApiError BodyMd5Missing = new(401, "body_md5_missing", "signature");
    public static readonly ApiError BodyMd5Mismatch = new(401, "body_md5_mismatch", "signature");
    public static readonly ApiError BodyMd5Unexpected = new(401, "body_md5_unexpected", "signature");
    public static readonly ApiError SignatureMissing = new(401, "signature_missing", "signature");
    public static readonly ApiError SignatureInvalid = new(401, "signature_invalid", "signature");
    public static readonly ApiError AppDisabled = new(403, "app_disabled", "signature");
    public static readonly ApiError SignatureReplayed = new(401, "signature_replayed", "replay-protection");
    public static readonly ApiError ReplayStoreFull = new(503, "replay_store_full", "replay-protection");

    public static readonly ApiError BodyTooLarge = new(413, "body_too_large", "limits");
    public static readonly ApiError PayloadTooLarge = new(413, "payload_too_large", "limits");
    public static readonly ApiError FanoutTooLarge = new(413, "fanout_too_large", "limits");
    public static readonly ApiError NeverAdmitted = new(400, "never_admitted", "limits");
    public static readonly ApiError RateLimited = new(429, "rate_limited", "limits");
    public static readonly ApiError AppRateLimited = new(429, "app_rate_limited", "limits");
    public static readonly ApiError RateLimiterUnavailable = new(503, "rate_limiter_unavailable", "limits");
    public static readonly ApiError MemoryLow = new(503, "memory_low", "limits");

    public static readonly ApiError JsonMalformed = new(400, "json_malformed", "publish");
    public static readonly ApiError EventInvalid = new(400, "event_invalid", "publish");
    public static readonly ApiError NameMissing = new(400, "name_missing", "publish");
    public static readonly ApiError NameTooLong = new(400, "name_too_long", "publish");
    public static readonly ApiError NameReserved = new(400, "name_reserved", "publish");
    public static readonly ApiError ChannelsMissing = new(400, "channels_missing", "publish");
    public static readonly ApiError TooManyChannels = new(400, "too_many_channels", "publish");
    public static readonly ApiError ChannelInvalid = new(400, "channel_invalid", "publish");
    public static readonly ApiError EncryptedNotAlone = new(400, "encrypted_not_alone", "publish");
    public static readonly ApiError SocketIdInvalid = new(400, "socket_id_invalid", "publish");
    public static readonly ApiError TagsInvalid = new(400, "tags_invalid", "publish");
    public static readonly ApiError BatchInvalid = new(400, "batch_invalid", "publish-a-batch");
    public static readonly ApiError BatchTooLarge = new(400, "batch_too_large", "publish-a-batch");
    public static readonly ApiError IdempotencyKeyInvalid = new(400, "idempotency_key_invalid", "idempotency");

    public static readonly ApiError UserCountNotAllowed = new(400, "user_count_not_allowed", "channels");
    public static readonly ApiError NotPresence = new(400, "not_presence", "users-of-a-channel");

    public static readonly ApiError WebhooksOff = new(404, "webhooks_off", "dead-letters");
    public static readonly ApiError LimitInvalid = new(400, "limit_invalid", "dead-letters");
    public static readonly ApiError ReplayInvalid = new(400, "replay_invalid", "dead-letters");
    public static readonly ApiError QueueAway = new(503, "queue_away", "dead-letters");

    public static readonly ApiError BadRequest = new(400, "bad_request", "errors");
    public static readonly ApiError Internal = new(500, "internal_error", "errors");

    /// <summary>All of them, in the order of the document.</summary>
    public static IReadOnlyList<ApiError> All { get; } =
    [
        QueryMissing, QueryInvalid, AuthKeyMissing, AppUnknown, AppIdMismatch, TimestampInvalid, TimestampExpired, BodyMd5Missing,
        BodyMd5Mismatch, BodyMd5Unexpected, SignatureMissing, SignatureInvalid, AppDisabled, SignatureReplayed, ReplayStoreFull, BodyTooLarge, PayloadTooLarge,
        FanoutTooLarge, NeverAdmitted, RateLimited,
        AppRateLimited, RateLimiterUnavailable, MemoryLow, JsonMalformed, EventInvalid, NameMissing, NameTooLong, NameReserved, ChannelsMissing, TooManyChannels,
        ChannelInvalid, EncryptedNotAlone, SocketIdInvalid, TagsInvalid, BatchInvalid, BatchTooLarge, IdempotencyKeyInvalid,
        UserCountNotAllowed, NotPresence, WebhooksOff, LimitInvalid, ReplayInvalid, QueueAway, BadRequest, Internal,
    ];
}
