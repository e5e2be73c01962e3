using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Channels;

/// <summary>The worked example of Pusher's document "Authorizing users".</summary>
public sealed class ChannelAuthorizerTests
{
    private const string Signature = "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4";

    private static readonly App Example = new() { Id = "1", Key = "278d425bdf160c739803", Secret = "7ad3773142a6692b25b8" };

    private static readonly string Text = ChannelAuthorizer.SubscriptionText(new SocketId(1234, 1234), "private-foobar", null);

    [Fact]
    public void The_documents_signature_is_right() => Assert.True(ChannelAuthorizer.IsValid(Example, $"{Example.Key}:{Signature}", Text));

    [Fact]
    public void Channel_data_is_part_of_the_text() => Assert.Equal(
        """1234.1234:presence-foobar:{"user_id":10}""",
        ChannelAuthorizer.SubscriptionText(new SocketId(1234, 1234), "presence-foobar", """{"user_id":10}"""));

    [Fact]
    public void A_sign_ins_text_has_its_own_form() =>
        Assert.Equal("""1.2::user::{"id":"7"}""", ChannelAuthorizer.SigninText(new SocketId(1, 2), """{"id":"7"}"""));

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(Signature)]
    [InlineData(":" + Signature)]
    [InlineData("other-key:" + Signature)]
    [InlineData("278d425bdf160c739803:")]
    [InlineData("278d425bdf160c739803:00")]
    [InlineData("278d425bdf160c739803:58DF8B0C36D6982B82C3ECF6B4662E34FE8C25BBA48F5369F135BF843651C3A4")]
    [InlineData("278d425bdf160c739803:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a5")]
    [InlineData("278d425bdf160c739803:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4 ")]
    [InlineData("278d425bdf160c739803:é8df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4")]
    public void Anything_else_is_wrong(string auth) => Assert.False(ChannelAuthorizer.IsValid(Example, auth, Text));
}
