using System.Numerics;
using Clew.Ingest.Pipeline;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of head and assembler.</summary>
internal static class PipelineConfig
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static PipelineOptions Read(ConfigurationReader reader)
    {
        var defaults = new PipelineOptions();
        var options = defaults with
        {
            HeadBytes = reader.Size("Head:MaxBytes", defaults.HeadBytes, 1 << 20, 1L << 40, "Memory of open traces; short of it the traces quiet longest close early, then senders are told to try again"),
            HeadShards = reader.Number("Head:Shards", 0, 0, 256, "Parts of the head with a lock each, a power of two; 0: one for every two processors, at most 8") is > 0 and var shards
                ? shards
                : defaults.HeadShards,
            QuietPeriod = reader.Duration("Assembly:QuietPeriod", defaults.QuietPeriod, Shortest, Longest, "A trace whose root has ended closes after this long without a span"),
            IdlePeriod = reader.Duration("Assembly:IdlePeriod", defaults.IdlePeriod, Shortest, Longest, "A trace without a root closes after this long without a span"),
            MaxTraceAge = reader.Duration("Assembly:MaxTraceAge", defaults.MaxTraceAge, Shortest, Longest, "A trace closes at this age, whatever comes"),
            MaxTraceSpans = reader.Number("Assembly:MaxTraceSpans", defaults.MaxTraceSpans, 1, 10_000_000, "A trace closes at this number of spans; later ones form a part of their own"),
            MaxTraceBytes = reader.Size("Assembly:MaxTraceBytes", defaults.MaxTraceBytes, 1 << 10, 1L << 31, "A trace closes at this size; later spans form a part of their own"),
            RecentTraces = reader.Number("Assembly:RecentTraces", defaults.RecentTraces, 2, 100_000_000, "Traces remembered as closed lately, about 16 bytes each: what comes for them is late; what comes for older ones is looked up in the store"),
            FlushInterval = reader.Duration("Assembly:FlushInterval", defaults.FlushInterval, Shortest, Longest, "Closed traces are stored at least this often"),
            FlushSpans = reader.Number("Assembly:FlushSpans", defaults.FlushSpans, 1, 10_000_000, "Closed traces are stored in batches of about this many spans"),
            FlushBytes = reader.Size("Assembly:FlushBytes", defaults.FlushBytes, 1 << 10, 1L << 31, "Closed traces are stored as soon as they hold this many bytes"),
        };
        if (!BitOperations.IsPow2(options.HeadShards))
        {
            reader.Error($"Head:Shards: {options.HeadShards} is not a power of two.");
        }
        return options;
    }
}
