using System.Reflection;
using Sockudo.Server.Apps;
using Xunit;

namespace Sockudo.Tests.Architecture;

/// <summary>What a peer sends as a signature is compared in one place, in constant time.</summary>
public sealed class ConstantTimeTests
{
    private static readonly IReadOnlyList<SourceFile> Server = SourceFile.Of("Sockudo.Server");

    [Fact]
    public void An_HMAC_is_made_in_one_file_for_apps_and_one_for_peers() =>
        Assert.Equal(["Adapters/Cluster/Wire/EnvelopeSignature.cs", "Apps/Signature.cs"], FilesWith("HMACSHA").Order(StringComparer.Ordinal));

    [Fact]
    public void Where_an_HMAC_is_made_it_is_compared_in_constant_time() =>
        Assert.All(FilesWith("HMACSHA"), static path => Assert.Contains(path, FilesWith("CryptographicOperations.FixedTimeEquals(")));

    [Fact]
    public void A_signature_becomes_text_only_where_this_server_sends_it() =>
        Assert.DoesNotContain(FilesWith(".ToHex()"), static path => !path.StartsWith("Webhooks/", StringComparison.Ordinal) && path != "Hosting/Demo/DemoPage.cs");

    [Fact]
    public void A_signature_has_no_comparison_but_Matches() =>
        Assert.Equal(
            ["Matches"],
            typeof(Signature).GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(static method => method.ReturnType == typeof(bool)).Select(static method => method.Name));

    [Fact]
    public void Matches_compares_all_bytes_whatever_they_are()
    {
        var file = Assert.Single(Server, static file => file.Path == "Apps/Signature.cs");
        Assert.Contains("return CryptographicOperations.FixedTimeEquals(given, expected);", file.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SequenceEqual", file.Text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> FilesWith(string text) =>
        Server.Where(file => file.Text.Contains(text, StringComparison.Ordinal)).Select(static file => file.Path);
}
