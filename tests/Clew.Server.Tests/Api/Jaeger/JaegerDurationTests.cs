using Clew.Server.Api.Jaeger;

namespace Clew.Server.Tests.Api.Jaeger;

public sealed class JaegerDurationTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(999, "999ns")]
    [InlineData(1_500, "1.5µs")]
    [InlineData(-10_000_000, "-10ms")]
    [InlineData(-9_997_500_000, "-9.9975s")]
    [InlineData(60_000_000_000, "1m0s")]
    [InlineData(3_603_000_000_000, "1h0m3s")]
    [InlineData(long.MinValue, "-2562047h47m16.854775808s")]
    public void A_duration_reads_as_Go_prints_it(long nanoseconds, string expected) => Assert.Equal(expected, JaegerDuration.Format(nanoseconds));
}
