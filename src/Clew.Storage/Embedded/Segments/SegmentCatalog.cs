using System.Runtime.CompilerServices;
using Clew.Core.Files;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Index;
using Clew.Storage.Embedded.Recovery;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Which segments there are, in memory and on disk: the only one that replaces the manifest and the set that new snapshots see.
/// </summary>
/// <remarks>
/// Changes come one at a time, under the caller's lock; looking is safe from any thread. Where replacing the manifest fails it is not
/// known whether it was replaced: the set stays as it was, files that the new manifest would name stay on disk, and so do those that it
/// would not name, until a later change has replaced it for certain.
/// </remarks>
internal sealed class SegmentCatalog
{
    private readonly IFileLayer files;
    private readonly string root;
    private readonly SegmentReaders readers;
    private readonly SegmentFiles segmentFiles;
    private readonly SegmentIndex index;
    private readonly Lock swapping = new();
    private readonly List<string> undecided = []; // files that a manifest of unknown fate may name
    private SegmentSet current;
    private StrongBox<AppendId>? lastAppend; // boxed, to be swapped whole
    private long nextSequence;
    private long nextId;
    private bool unsettled; // it is not known which manifest is on disk
    private bool disposed;

    public SegmentCatalog(IFileLayer files, string root, SegmentReaders readers, SegmentFiles segmentFiles, SegmentIndex index, RecoveredStore recovered)
    {
        this.files = files;
        this.root = root;
        this.readers = readers;
        this.segmentFiles = segmentFiles;
        this.index = index;
        nextSequence = recovered.Manifest.NextSequence;
        lastAppend = recovered.Manifest.LastAppend is { } append ? new StrongBox<AppendId>(append) : null;
        var segments = recovered.Manifest.Segments.Select(NewSegment).ToList();
        foreach (var segment in segments)
        {
            segment.IsExcluded = recovered.Unusable.Contains(segment.Path);
            segment.Deletions = recovered.Deletions.GetValueOrDefault(segment.Path);
        }
        current = new SegmentSet(segments, Forget);
    }

    public IReadOnlyList<Segment> All => Volatile.Read(ref current).All;

    /// <summary>The last append with a number; null where it is not known.</summary>
    public AppendId? LastAppend => Volatile.Read(ref lastAppend)?.Value;

    /// <summary>The present set, to be released.</summary>
    public SegmentSet Acquire()
    {
        lock (swapping)
        {
            ObjectDisposedException.ThrowIf(disposed, typeof(EmbeddedSpanStore));
            current.Acquire();
            return current;
        }
    }

    /// <summary>A number for an append or a merge, never given out again.</summary>
    public long NextSequence() => Interlocked.Increment(ref nextSequence) - 1;

    /// <summary>
    /// Replaces segments by others, durably and at once. Files of the removed are deleted when the last snapshot that shows them is gone.
    /// </summary>
    /// <param name="removed">Segments that go.</param>
    /// <param name="added">Segments that come.</param>
    /// <param name="deletions">Deletion lists of the new ones.</param>
    /// <param name="append">Number of the append that this is; none: the last one stays.</param>
    /// <exception cref="IOException">The system refuses. Nothing has changed for readers; what became of the manifest is open.</exception>
    public void Commit(
        IReadOnlyCollection<Segment> removed, IReadOnlyList<ManifestEntry> added, Func<ManifestEntry, DeletionList?>? deletions = null, AppendId append = default)
    {
        var appended = append == AppendId.None ? LastAppend : append;
        var kept = removed.Count == 0 ? current.All : [.. current.All.Except(removed)];
        try
        {
            new Manifest(Volatile.Read(ref nextSequence), appended, [.. kept.Select(Entry), .. added]).Write(files, root);
        }
        catch
        {
            unsettled = true;
            undecided.AddRange(added.Select(entry => entry.Path));
            throw;
        }
        unsettled = false;
        Volatile.Write(ref lastAppend, appended is { } last ? new StrongBox<AppendId>(last) : null);
        var news = added.Select(NewSegment).ToList();
        for (int i = 0; i < news.Count && deletions is not null; i++)
        {
            news[i].Deletions = deletions(added[i]);
        }
        foreach (var segment in removed)
        {
            segment.IsObsolete = true;
        }
        var next = new SegmentSet([.. kept, .. news], Forget);
        SegmentSet old;
        lock (swapping)
        {
            old = current;
            current = next;
        }
        old.Release();
        index.Changed();
        undecided.ForEach(segmentFiles.Delete);
        undecided.Clear();
    }

    /// <summary>Makes certain that the manifest on disk is the present set.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public void Settle()
    {
        if (unsettled)
        {
            Commit([], []);
        }
    }

    public void Dispose()
    {
        lock (swapping)
        {
            if (disposed)
            {
                return;
            }
            disposed = true;
        }
        current.Release();
    }

    private void Forget(Segment segment)
    {
        readers.Forget(segment);
        index.Forget(segment);
        if (segment.IsObsolete)
        {
            segmentFiles.Delete(segment.Path);
        }
    }

    private Segment NewSegment(ManifestEntry entry) => new(Interlocked.Increment(ref nextId), entry.Path, entry.Length, entry.Summary);

    private static ManifestEntry Entry(Segment segment) => new(segment.Path, segment.Length, segment.Summary);
}
