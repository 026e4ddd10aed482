using System.Text;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Ingest.Sampling.Decisions;

/// <summary>The numbers by which traces and dropped spans are remembered: 64 bits, the same in every process. They are stored on disk.</summary>
internal static class DecisionKey
{
    private const ulong Odd = 0x9E3779B97F4A7C15UL;

    /// <summary>The number of a trace.</summary>
    public static ulong Of(Tenant tenant, TraceId traceId) => Of(OfTenant(tenant), traceId);

    /// <summary>The number of a tenant.</summary>
    public static ulong OfTenant(Tenant tenant) => StableHash.Of(Encoding.UTF8.GetBytes(tenant.Name));

    /// <summary>The number of a trace of a tenant whose number is known.</summary>
    public static ulong Of(ulong tenant, TraceId traceId) => Mix(Mix(traceId.High ^ tenant) + traceId.Low);

    /// <summary>
    /// The number of a span: of its ids, kind, times, status, name and how much belongs to it. Spans of one trace that differ in
    /// the rest alone count as copies.
    /// </summary>
    public static ulong OfSpan(ulong trace, SpanBatch batch, int row)
    {
        var s = batch.Spans;
        ulong hash = Mix(trace ^ s.SpanIds[row].Value);
        hash = Mix(hash + s.ParentSpanIds[row].Value);
        hash = Mix(hash + s.StartTimes[row]);
        hash = Mix(hash + s.EndTimes[row]);
        hash = Mix(hash + ((ulong)s.Kinds[row] << 40) + ((ulong)s.StatusCodes[row] << 32) + s.Flags[row]);
        hash = Mix(hash + ((ulong)(uint)s.Attributes[row].Count << 40) + ((ulong)(uint)s.Events[row].Count << 20) + (uint)s.Links[row].Count);
        return Mix(hash + StableHash.Of(batch.Strings[s.Names[row]]));
    }

    private static ulong Mix(ulong value)
    {
        ulong high = Math.BigMul(value ^ Odd, 0xBF58476D1CE4E5B9UL, out ulong low);
        return high ^ low;
    }
}
