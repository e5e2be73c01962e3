using System.Security.Cryptography;
using System.Text;
using Sockudo.Server.Apps;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>Apps to test with, and what their backends would sign.</summary>
internal static class TestApps
{
    public static App Default { get; } = new()
    {
        Id = "shop",
        Key = "shop-key",
        Secret = "shop-secret",
        EnableClientMessages = true,
        EnableUserAuthentication = true,
        EnableWatchlistEvents = true,
    };

    /// <summary><c>key:signature</c> for a text, computed apart from the code under test.</summary>
    public static string Auth(App app, string text) =>
        $"{app.Key}:{Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(app.Secret), Encoding.UTF8.GetBytes(text)))}";
}
