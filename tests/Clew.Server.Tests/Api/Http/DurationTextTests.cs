using Clew.Server.Api.Http;

namespace Clew.Server.Tests.Api.Http;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("1.5s", 1_500_000_000), InlineData("200ms", 200_000_000), InlineData("10us", 10_000), InlineData("10µs", 10_000)]
    [InlineData("1h2m", 3_720_000_000_000), InlineData("1h2m3s4ms5us6ns", 3_723_004_005_006), InlineData("0.1ns", 0), InlineData(".5s", 500_000_000)]
    [InlineData("1.s", 1_000_000_000), InlineData("2540400h", 9_145_440_000_000_000_000), InlineData("42", 42), InlineData("0", 0)]
    [InlineData("9223372036854775807", long.MaxValue), InlineData("9223372036854775807ns", long.MaxValue), InlineData("0.123456789123456789s", 123_456_789)]
    public void Durations_are_read(string text, long nanoseconds)
    {
        Assert.True(DurationText.TryParse(text, plainNumbers: true, out long value));
        Assert.Equal(nanoseconds, value);
    }

    [Theory]
    [InlineData(""), InlineData("s"), InlineData("1"), InlineData(".s"), InlineData("1x"), InlineData("1 s"), InlineData("-1s"), InlineData("+1s")]
    [InlineData("1s1"), InlineData("1S"), InlineData("1mss"), InlineData("9223372036854775808ns"), InlineData("2562048h"), InlineData("1e3s"), InlineData("1..5s")]
    [InlineData("99999999999999999999999s"), InlineData("٣s")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationText.TryParse(text, plainNumbers: false, out _));
}
