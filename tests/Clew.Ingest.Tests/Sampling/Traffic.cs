using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Ingest.Tests.Sampling;

/// <summary>Traffic of which everything is known: traces of three services, few of them failed, slow, or of a rare shape.</summary>
internal sealed class Traffic(int seed)
{
    private const ulong Second = 1_000_000_000;

    private readonly Random random = new(seed);
    private ulong nextSpan = 1;

    public static readonly string[] Services = ["checkout", "pricing", "stock"];

    /// <summary>Ids of the traces that were planted.</summary>
    public HashSet<TraceId> Errors { get; } = [];

    public HashSet<TraceId> Slow { get; } = [];

    public HashSet<TraceId> Rare { get; } = [];

    /// <summary>Spans of all traces there were, by service: also of those that the sender dropped.</summary>
    public Dictionary<string, double> True { get; } = Services.ToDictionary(service => service, _ => 0.0);

    /// <summary>Makes traces, as the sender lets them through.</summary>
    /// <param name="traces">How many there are.</param>
    /// <param name="sent">What the sender samples with.</param>
    /// <param name="planted">Whether a few are failed, slow or rare.</param>
    public TraceBatch Next(int traces, SamplingThreshold sent = default, bool planted = false)
    {
        var builder = new SpanBatchBuilder();
        for (int i = 0; i < traces; i++)
        {
            var id = new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
            bool passes = sent.Keeps(SamplingState.RandomnessOf(id));
            int kind = planted ? random.Next(300) : 300;
            int spans = 1 + random.Next(8);
            for (int span = 0; span < spans; span++)
            {
                string service = Services[random.Next(Services.Length)];
                True[service]++;
                if (!passes)
                {
                    continue;
                }
                bool isRoot = span == 0;
                int row = builder.Span(
                    1, nextSpan++, isRoot ? 0 : nextSpan - 1 - (ulong)span, kind == 2 && isRoot ? $"odd {id}" : "call", service, Second,
                    Second + (isRoot && kind == 1 ? 9 * Second : 1000 + (ulong)random.Next(1000)),
                    status: kind == 0 && span == spans - 1 ? StatusCode.Error : StatusCode.Unset);
                builder.Batch.Spans.TraceIds[row] = id;
                builder.Batch.Spans.TraceStates[row] = sent == SamplingThreshold.Always ? 0 : builder.Id($"ot=th:{sent}");
            }
            if (passes && kind < 3)
            {
                (kind == 0 ? Errors : kind == 1 ? Slow : Rare).Add(id);
            }
        }
        var batch = TraceBatches.Of(builder.Batch);
        for (int trace = 0; trace < batch.Traces.Count; trace++)
        {
            batch.Traces.ShapeHashes[trace] = StableHash.Of(batch.Spans.Strings[batch.Spans.Spans.Names[batch.Traces.Spans[trace].Start]]);
        }
        return batch;
    }
}
