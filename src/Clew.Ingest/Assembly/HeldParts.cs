using System.Runtime.InteropServices;
using Clew.Core.Model;
using Clew.Ingest.Head;
using Clew.Storage;

namespace Clew.Ingest.Assembly;

/// <summary>Asks the store for many parts at once, so that only those it may hold are read back one by one.</summary>
internal static class HeldParts
{
    /// <summary>
    /// How far apart, in nanoseconds, the parts of a trace are looked for: a minute. The two ends of a call start within less, and at full
    /// rate there are hundreds of segments to a minute.
    /// </summary>
    public const ulong Margin = 60_000_000_000;

    /// <summary>The parts of whose traces the store may hold spans, in the order given.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="store">The store.</param>
    /// <param name="margin">
    /// Nanoseconds by which stored spans may start before or after those of the part: 0 to find the same spans, <see cref="Margin"/> to find
    /// others of the trace. In the latter case it is noted of parts that are not found that the store holds nothing of them.
    /// </param>
    public static List<PartRef> Among(IReadOnlyCollection<PartRef> parts, ISpanStore store, ulong margin)
    {
        var held = new List<PartRef>();
        foreach (var ofTenant in parts.Select(static part => (Part: part, Key: part.Shard.KeyOf(part.Slot))).GroupBy(static each => each.Key.Tenant))
        {
            var asked = ofTenant.ToList();
            var traceIds = asked.ConvertAll(static each => each.Key.TraceId);
            // Parts without a span yet, or any more, have no start.
            ulong first = asked.Min(static each => each.Key.MinStart);
            ulong last = asked.Max(static each => each.Key.MaxStart);
            bool[] mayHold = new bool[asked.Count];
            store.FindHeld(
                ofTenant.Key,
                first > last ? TimeRange.All : new TimeRange(first - Math.Min(first, margin), last + Math.Min(ulong.MaxValue - last, margin + 1)),
                CollectionsMarshal.AsSpan(traceIds), mayHold);
            for (int i = 0; i < asked.Count; i++)
            {
                if (mayHold[i])
                {
                    held.Add(asked[i].Part);
                }
                else if (margin > 0)
                {
                    asked[i].Part.Shard.SetMayBeStored(asked[i].Part.Slot, false);
                }
            }
        }
        return held;
    }
}
