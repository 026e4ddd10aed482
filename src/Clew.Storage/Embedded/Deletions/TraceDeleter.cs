using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Deletions;

/// <summary>Finds traces in segments and puts them on their deletion lists. Used under the store's lock.</summary>
internal sealed class TraceDeleter(IFileLayer files, string root, SegmentCatalog catalog, SegmentReaders readers, StoreHealth health)
{
    /// <summary>Hides the traces. Returns how many had a part that was shown until now.</summary>
    /// <exception cref="IOException">The system refuses; some may be hidden already.</exception>
    public int Delete(Tenant tenant, IReadOnlyCollection<TraceId> traceIds, CancellationToken cancellationToken)
    {
        // A manifest of unknown fate may name other segments than those whose lists are written now.
        catalog.Settle();
        var deleted = new HashSet<TraceId>();
        using var set = new HeldSet(catalog.Acquire());
        foreach (var segment in set.Segments.Of(tenant))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (segment.IsExcluded || Find(segment, traceIds) is not { Count: > 0 } found)
            {
                continue;
            }
            var list = new DeletionList([.. segment.Deletions?.Traces ?? [], .. found]);
            DeletionFile.Write(files, root, segment.Path, list);
            segment.Deletions = list;
            deleted.UnionWith(found.Select(trace => trace.TraceId));
        }
        return deleted.Count;
    }

    /// <summary>The traces of a segment, without those deleted already.</summary>
    private List<DeletedTrace>? Find(Segment segment, IReadOnlyCollection<TraceId> traceIds)
    {
        SegmentReader? reader = null;
        try
        {
            reader = readers.Rent(segment);
            using var traces = new TraceRows(reader);
            var known = segment.Deletions;
            var found = new List<DeletedTrace>();
            var rows = new List<int>();
            foreach (var traceId in traceIds)
            {
                rows.Clear();
                reader.FindTrace(traceId, rows);
                foreach (int row in rows)
                {
                    if (traces.Id(row) == traceId && known?.Contains(row) != true && !found.Exists(trace => trace.Row == row))
                    {
                        found.Add(new DeletedTrace(traceId, row, traces.Spans(row)));
                    }
                }
            }
            return found;
        }
        catch (Exception failure) when (StoreHealth.IsDamage(failure))
        {
            health.SetAside(segment, failure);
            return null;
        }
        finally
        {
            if (reader is not null)
            {
                readers.Return(segment);
            }
        }
    }
}
