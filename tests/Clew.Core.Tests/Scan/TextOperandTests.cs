using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Core.Tests.Scan;

public sealed class TextOperandTests
{
    [Theory]
    [InlineData("9223372036854775807", long.MaxValue, true)]
    [InlineData("9223372036854775806", long.MaxValue, false)]
    [InlineData("9223372036854775808", long.MaxValue, false)]
    [InlineData("1e19", long.MaxValue, false)]
    [InlineData("-9223372036854775808", long.MinValue, true)]
    [InlineData("-9223372036854775809", long.MinValue + 1, false)]
    [InlineData("5.0", 5L, true)]
    [InlineData("5.5", 5L, false)]
    [InlineData("1e3", 1000L, true)]
    [InlineData("NaN", 0L, false)]
    [InlineData(" 5", 5L, false)]
    [InlineData("true", 1L, false)]
    public void AnIntegerEqualsATextOfItsValueAndNoOther(string text, long value, bool equal) =>
        Assert.Equal(equal, TextOperand.Parse(AttributeValue.Of(text)).Equals(AttributeValue.Of(value)));
}
