namespace Sockudo.Server.Protocol;

/// <summary>The members of a request that are texts.</summary>
[Flags]
internal enum RequestMembers : byte
{
    None = 0,
    Channel = 1,
    Auth = 2,
    ChannelData = 4,
    UserData = 8,
}

/// <summary>
/// The data of <c>pusher:subscribe</c>. <c>HasFilter</c>: a tag filter was asked for. <c>NotText</c>: members that are there and are
/// no text; whether that matters is a question of the channel's kind.
/// </summary>
internal sealed record SubscribeRequest(
    string Channel, string? Auth, string? ChannelData, bool HasFilter, RequestMembers NotText = RequestMembers.None);

/// <summary>The data of <c>pusher:signin</c>.</summary>
internal sealed record SigninRequest(string Auth, string UserData);
