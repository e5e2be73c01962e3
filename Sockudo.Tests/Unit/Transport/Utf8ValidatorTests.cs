using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

public sealed class Utf8ValidatorTests(ITestOutputHelper output)
{
    [Fact]
    public void Random_bytes_in_random_pieces_are_judged_like_by_a_strict_decoder()
    {
        var random = Seed.Next(output.WriteLine);
        ReadOnlySpan<byte> lively = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF3, 0xF4, 0xF5];
        for (var i = 0; i < 50_000 * Seed.Scale; i++)
        {
            var bytes = new byte[random.Next(1, 9)];
            for (var k = 0; k < bytes.Length; k++) bytes[k] = lively[random.Next(lively.Length)];
            var validator = default(Utf8Validator);
            var isValid = true;
            for (var at = 0; at < bytes.Length && isValid;)
            {
                var length = random.Next(1, bytes.Length - at + 1);
                isValid = validator.Feed(bytes.AsSpan(at, length));
                at += length;
            }

            Assert.True(ReferenceFrameParser.CouldBeUtf8(bytes, isComplete: false) == isValid, Convert.ToHexString(bytes));
            if (isValid) Assert.True(ReferenceFrameParser.CouldBeUtf8(bytes, isComplete: true) == validator.IsComplete, Convert.ToHexString(bytes));
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("41", true)]
    [InlineData("c3", false)]
    [InlineData("c3a9", true)]
    [InlineData("e282", false)]
    [InlineData("f09f9880", true)]
    public void Text_is_complete_on_a_character_boundary(string hex, bool isComplete)
    {
        var validator = default(Utf8Validator);
        Assert.True(validator.Feed(Convert.FromHexString(hex)));

        Assert.Equal(isComplete, validator.IsComplete);
    }
}
