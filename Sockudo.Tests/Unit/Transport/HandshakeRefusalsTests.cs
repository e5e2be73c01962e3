using System.Text;
using Sockudo.Server.Transport;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

public sealed class HandshakeRefusalsTests
{
    public static TheoryData<string> Codes => [.. HandshakeRefusals.All.Select(static refusal => refusal.Code)];

    [Theory, MemberData(nameof(Codes))]
    public void Each_is_in_the_document_it_names(string code)
    {
        var refusal = HandshakeRefusals.All.Single(candidate => candidate.Code == code);
        var document = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "docs", "protocol.md"));

        Assert.Contains("## Handshake", document, StringComparison.Ordinal);
        Assert.Contains(document.Split('\n'), line => line.StartsWith($"| {refusal.Status} |", StringComparison.Ordinal) && line.Contains($"`{code}`", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Codes))]
    public void Its_answer_is_as_long_as_it_says(string code)
    {
        var parts = Encoding.UTF8.GetString(HandshakeRefusals.All.Single(candidate => candidate.Code == code).Response()).Split("\r\n\r\n", 2);

        Assert.Contains($"\r\nContent-Length: {Encoding.UTF8.GetByteCount(parts[1])}\r\n", parts[0], StringComparison.Ordinal);
        Assert.Equal(code, TestClient.Parse(parts[1]).GetProperty("code").GetString());
    }
}
