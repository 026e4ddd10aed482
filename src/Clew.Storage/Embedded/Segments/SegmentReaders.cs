using Clew.Core.Files;
using Clew.Core.Measures;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Opens segments when they are first read and closes those unused longest. Bounded in open segments, except while all are in use.
/// </summary>
internal sealed class SegmentReaders(IFileLayer files, string root, PageCache cache, int limit)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Segment> open = []; // by use

    /// <summary>The cache of their pages.</summary>
    public PageCache Cache => cache;

    /// <summary>How much of it is in use.</summary>
    public BoundUse Use
    {
        get
        {
            lock (gate)
            {
                return new BoundUse("open_segments", BoundUnit.Items, open.Count, limit);
            }
        }
    }

    /// <summary>A reader, to be given back with <see cref="Return"/>.</summary>
    /// <exception cref="SegmentDamagedException">The file cannot be opened or its footer not be read.</exception>
    public SegmentReader Rent(Segment segment)
    {
        lock (gate)
        {
            if (segment.Reader is null)
            {
                segment.Reader = Open(segment);
                open.AddLast(segment);
            }
            segment.ReaderUsers++;
            return segment.Reader;
        }
    }

    /// <summary>A reader for one look at a segment that is not kept open for it.</summary>
    /// <exception cref="SegmentDamagedException">The file cannot be opened or its footer not be read.</exception>
    public LentReader Lend(Segment segment)
    {
        lock (gate)
        {
            if (segment.Reader is not null)
            {
                segment.ReaderUsers++;
                return new LentReader(segment.Reader, this, segment);
            }
        }
        return new LentReader(Open(segment), null, segment);
    }

    public void Return(Segment segment)
    {
        lock (gate)
        {
            segment.ReaderUsers--;
            if (open.Count <= limit)
            {
                return;
            }
            for (var node = open.First; node is not null && open.Count > limit;)
            {
                var next = node.Next;
                if (node.Value.ReaderUsers == 0)
                {
                    Close(node.Value);
                    open.Remove(node);
                }
                node = next;
            }
        }
    }

    /// <summary>Closes a segment that nobody refers to any more.</summary>
    public void Forget(Segment segment)
    {
        lock (gate)
        {
            if (segment.Reader is not null)
            {
                Close(segment);
                open.Remove(segment);
            }
        }
    }

    private static void Close(Segment segment)
    {
        segment.Reader!.Dispose();
        segment.Reader = null;
    }

    private SegmentReader Open(Segment segment)
    {
        IDataFile? file = null;
        try
        {
            file = files.Open(Path.Combine(root, segment.Path), DataFileMode.Read);
            var directory = SegmentDirectory.Read(file);
            if (directory.Summary != segment.Summary)
            {
                throw new SegmentDamagedException("The file is not the one that the manifest names.");
            }
            var reader = new SegmentReader(segment.Id, file, directory, cache);
            file = null;
            return reader;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SegmentDamagedException($"The file cannot be opened: {failure.Message}", -1, failure);
        }
        finally
        {
            file?.Dispose();
        }
    }
}
