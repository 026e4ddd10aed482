using System.Runtime.InteropServices;
using Clew.Core.Model;
using Clew.Ingest.Head;
using Clew.Storage;

namespace Clew.Ingest.Assembly;

/// <summary>Asks the store for many parts at once, so that only those it may hold are read back one by one.</summary>
internal static class HeldParts
{
    /// <summary>
    /// The parts of which the store may hold spans, in the order given. Of the others it is noted that it holds none of the spans they have
    /// now.
    /// </summary>
    public static List<PartRef> Among(IReadOnlyCollection<PartRef> parts, ISpanStore store)
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
                ofTenant.Key, first > last ? TimeRange.All : new TimeRange(first, last == ulong.MaxValue ? last : last + 1),
                CollectionsMarshal.AsSpan(traceIds), mayHold);
            for (int i = 0; i < asked.Count; i++)
            {
                if (mayHold[i])
                {
                    held.Add(asked[i].Part);
                }
                else
                {
                    asked[i].Part.Shard.SetMayBeStored(asked[i].Part.Slot, false);
                }
            }
        }
        return held;
    }
}
