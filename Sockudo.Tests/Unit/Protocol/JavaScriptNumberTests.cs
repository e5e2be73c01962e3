using System.Text;
using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Protocol;

public sealed class JavaScriptNumberTests
{
    [Theory]
    [InlineData("7", "7")]
    [InlineData("-5", "-5")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    [InlineData("1.0", "1")]
    [InlineData("1e2", "100")]
    [InlineData("1E+2", "100")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("0e5", "0")]
    [InlineData("1.5", "1.5")]
    [InlineData("-1.50", "-1.5")]
    [InlineData("123.456e1", "1234.56")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1.25e21", "1.25e+21")]
    [InlineData("-1e300", "-1e+300")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("1.5e-9", "1.5e-9")]
    [InlineData("123456789012345678.5", "123456789012345680")]
    [InlineData("5e-324", "5e-324")]
    public void A_number_is_written_as_JavaScript_writes_it(string number, string text) =>
        Assert.Equal(text, JavaScriptNumber.Text(Encoding.ASCII.GetBytes(number)));

    [Fact]
    public void What_is_too_large_has_no_text() => Assert.Null(JavaScriptNumber.Text("1e999"u8));
}
