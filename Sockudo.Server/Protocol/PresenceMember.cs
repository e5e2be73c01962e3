namespace Sockudo.Server.Protocol;

/// <summary>A presence member as its <c>channel_data</c> says it; user info is raw JSON.</summary>
internal sealed record PresenceMember(string UserId, byte[] UserInfo)
{
    /// <summary>What a member without info is told to have.</summary>
    public static byte[] NoInfo { get; } = "{}"u8.ToArray();
}
