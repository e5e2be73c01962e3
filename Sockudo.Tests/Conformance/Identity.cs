using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Conformance;

/// <summary>Who a real client is: what its auth endpoint will sign for it.</summary>
public sealed record Identity
{
    public string? UserId { get; init; }

    /// <summary><c>user_info</c> of presence channels.</summary>
    public JsonNode? UserInfo { get; init; }

    /// <summary>Fields of the sign-in's user data beside the id.</summary>
    public JsonObject? UserData { get; init; }

    /// <summary>The endpoint signs with this instead of the app's secret.</summary>
    public string? WrongSecret { get; init; }

    public static Identity User(string id, string? name = null) =>
        new() { UserId = id, UserInfo = name is null ? null : new JsonObject { ["name"] = name } };

    public static Identity Watching(string id, params string[] watchlist) =>
        new() { UserId = id, UserData = new JsonObject { ["watchlist"] = new JsonArray([.. watchlist.Select(user => JsonValue.Create(user))]) } };

    /// <summary>Parameters of the auth request.</summary>
    public JsonObject ToJson(TestApp app, int port)
    {
        var identity = Credentials(app, port);
        Add("user_id", UserId);
        Add("user_info", UserInfo?.ToJsonString());
        Add("user_data", UserData?.ToJsonString());
        Add("wrong_secret", WrongSecret);
        return identity;

        void Add(string name, string? value)
        {
            if (value is not null)
                identity[name] = value;
        }
    }

    /// <summary>What the <c>pusher</c> SDK needs to speak for an app.</summary>
    public static JsonObject Credentials(TestApp app, int port) =>
        new() { ["app_id"] = app.Id, ["app_key"] = app.Key, ["app_secret"] = app.Secret, ["port"] = port };
}
