using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Receiving;
using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Tests.Otlp;

public class OtlpLogTests
{
    [Fact]
    public void ABrokenSenderDoesNotFillTheLog()
    {
        var time = new ManualTime();
        var lines = new Lines();
        var log = new OtlpLog(lines, time);
        for (int i = 0; i < 100; i++)
        {
            log.Malformed(OtlpSignal.Traces, 5, "Broken.");
        }
        Assert.Single(lines);
        time.Seconds = 9;
        log.Malformed(OtlpSignal.Traces, 5, "Broken.");
        Assert.Single(lines);
        time.Seconds = 10;
        log.Malformed(OtlpSignal.Traces, 5, "Broken.");
        Assert.Equal(2, lines.Count);
        Assert.Contains("100 more", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsOutOfRangeAreNamed()
    {
        Assert.Null(new OtlpOptions().Validate());
        Assert.StartsWith("MaxPayloadBytes", new OtlpOptions { MaxPayloadBytes = 5 }.Validate(), StringComparison.Ordinal);
        Assert.StartsWith("MaxBufferedBytes", new OtlpOptions { MaxBufferedBytes = 5 }.Validate(), StringComparison.Ordinal);
        Assert.StartsWith("RetryAfter", new OtlpOptions { RetryAfter = default }.Validate(), StringComparison.Ordinal);
        Assert.StartsWith("MinBodyBytesPerSecond", new OtlpOptions { MinBodyBytesPerSecond = double.NaN }.Validate(), StringComparison.Ordinal);
    }

    private sealed class ManualTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private sealed class Lines : List<string>, ILogger<OtlpLog>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
