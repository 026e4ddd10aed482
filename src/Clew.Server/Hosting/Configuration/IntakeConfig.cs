using Clew.Ingest.Intake;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of how much is taken in.</summary>
internal static class IntakeConfig
{
    public static IntakeOptions Read(ConfigurationReader reader)
    {
        var defaults = new IntakeOptions();
        var options = new IntakeOptions
        {
            SpansPerSecond = reader.Number("Intake:SpansPerSecond", defaults.SpansPerSecond, 0, int.MaxValue, "Spans a second that are taken in over time; more are told to try again (429, RESOURCE_EXHAUSTED with RetryInfo); 0: no cap"),
            BurstSpans = reader.Number("Intake:BurstSpans", defaults.BurstSpans, 0, int.MaxValue, "Spans that may come at once after a pause, with Intake:SpansPerSecond; 0: those of a second"),
            MaxRetryAfter = reader.Duration("Intake:MaxRetryAfter", defaults.MaxRetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "The longest that a sender refused by Intake:SpansPerSecond is asked to wait: its turn after those refused before it"),
        };
        if (options is { SpansPerSecond: 0, BurstSpans: > 0 })
        {
            reader.Error("Intake:BurstSpans: it needs Intake:SpansPerSecond.");
        }
        return options;
    }
}
