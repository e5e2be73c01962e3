namespace Sockudo.Server.Protocol;

/// <summary>A signed-in user as its <c>user_data</c> says it; user info is raw JSON.</summary>
internal sealed record SignedInUser(string Id, byte[] UserInfo, IReadOnlyList<string> Watchlist);
