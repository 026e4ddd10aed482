using Clew.Server.Api.Http;

namespace Clew.Server.Tests.Api.Http;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData("0", 0), InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("2026-01-01T00:00:00Z", 1_767_225_600_000_000_000), InlineData("2026-01-01t00:00:00z", 1_767_225_600_000_000_000)]
    [InlineData("2026-01-01T00:00:00.000000001Z", 1_767_225_600_000_000_001), InlineData("2026-01-01T01:30:00.5+01:30", 1_767_225_600_500_000_000)]
    [InlineData("2025-12-31T19:00:00-05:00", 1_767_225_600_000_000_000)]
    public void Times_are_read(string text, ulong nanoseconds)
    {
        Assert.True(TimeText.TryParse(text, out ulong value));
        Assert.Equal(nanoseconds, value);
    }

    [Theory]
    [InlineData(""), InlineData("18446744073709551616"), InlineData("2026-01-01"), InlineData("2026-01-01T00:00:00"), InlineData("2026-01-01T00:00:00.Z")]
    [InlineData("1969-12-31T23:59:59Z"), InlineData("9999-01-01T00:00:00Z"), InlineData("2026-02-30T00:00:00Z"), InlineData("1.5"), InlineData("now")]
    public void What_is_no_time_is_refused(string text) => Assert.False(TimeText.TryParse(text, out _));

    [Fact]
    public void Times_are_written_in_UTC() => Assert.Equal("2026-01-01T00:00:00.001Z", TimeText.Format(1_767_225_600_001_999_999));
}
