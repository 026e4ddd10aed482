using System.Threading.Channels;
using Clew.Core.Files;
using Clew.Core.Measures;
using Clew.Storage.Embedded.Compaction;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Index;

/// <summary>
/// The index over segments: filters in memory that say which segments need not be asked for a trace or a value. State; any thread.
/// </summary>
/// <remarks>
/// <para>A segment is immutable, so its filters are right as long as it lives, and go with it: there is nothing to keep up to date. A
/// segment without a filter is asked, so every answer is the same whether filters are there or not
/// (docs/adr/0010-index-over-segments.md).</para>
/// <para>Filters of trace ids are made of every segment in the background, newest first; filters of a field's values from the first time
/// that somebody asks for a value of it, and of segments that come for as long as somebody has asked within <see cref="Watched"/>. What was
/// made is kept across a clean stop (<see cref="IndexFile"/>). Making them reads the segment's own pages; what cannot be read gets no filter, and the verdict on it is left
/// to a read that needs it.</para>
/// <para>Bounds: all filters together take at most the capacity, and at most <see cref="MostFields"/> fields have some. Filters of trace ids
/// come first; a field that nobody has asked for in <see cref="Idle"/> makes room for another. What finds no room is asked for as
/// if there were no index.</para>
/// </remarks>
internal sealed class SegmentIndex(SegmentReaders readers, long capacity, TimeProvider clock)
{
    /// <summary>Most fields with filters.</summary>
    public const int MostFields = 64;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    /// <summary>How long after a question filters are made of segments that come, without being asked for.</summary>
    private static readonly TimeSpan Watched = TimeSpan.FromHours(1);

    private const int RestShare = 4;

    private readonly Lock gate = new();
    private readonly Channel<bool> work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<FilterField, FieldIndex> fields = [];
    private readonly FilterBuilder builder = new();
    private long used;
    private bool isStored = true; // what is here lies in the file

    /// <summary>Memory of all filters.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
            {
                return used;
            }
        }
    }

    /// <summary>How much room filters take.</summary>
    public BoundUse Usage => new("segment_index", BoundUnit.Bytes, Bytes, capacity);

    /// <summary>False where the segment surely does not hold the trace.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="hash">The trace's <see cref="Core.Model.TraceId.Mix"/>.</param>
    public static bool MayHoldTrace(Segment segment, ulong hash) => segment.TraceFilter is not { } filter || filter.MayContain(hash);

    /// <summary>A field that is asked for by value; null where there are too many others.</summary>
    public FieldIndex? Use(FilterField field)
    {
        if (capacity == 0)
        {
            return null;
        }
        lock (gate)
        {
            if (!fields.TryGetValue(field, out var known))
            {
                if (fields.Count >= MostFields && !DropIdle())
                {
                    return null;
                }
                fields.Add(field, known = new FieldIndex(field));
            }
            known.LastUse = clock.GetTimestamp();
            return known;
        }
    }

    /// <summary>A segment has no filter of that field: it is made in the background.</summary>
    public void Want(FieldIndex field)
    {
        if (!field.HasNoRoom && field.Want())
        {
            Changed();
        }
    }

    /// <summary>Segments have come.</summary>
    public void Changed() => work.Writer.TryWrite(true);

    /// <summary>A segment is gone, and its filters with it.</summary>
    public void Forget(Segment segment)
    {
        lock (gate)
        {
            used -= segment.TraceFilter?.Bytes ?? 0;
            foreach (var field in fields.Values)
            {
                used -= field.Remove(segment);
                field.HasNoRoom = false;
            }
        }
    }

    /// <summary>Takes what an earlier life has left. Before anything else is asked.</summary>
    public void Load(IFileLayer files, string root, IReadOnlyList<Segment> segments)
    {
        if (capacity == 0)
        {
            return;
        }
        foreach (var (segment, field, filter) in IndexFile.Read(files, root, segments))
        {
            if (used + filter.Bytes > capacity)
            {
                return;
            }
            if (field is not { } name)
            {
                segment.TraceFilter = filter.Values;
                used += filter.Values.Bytes;
            }
            else if (Use(name) is { } known)
            {
                known.Add(segment, filter);
                used += filter.Bytes;
            }
        }
    }

    /// <summary>Leaves what there is for the next life. When nothing is asked or made any more.</summary>
    public void Store(IFileLayer files, string root, IReadOnlyList<Segment> segments)
    {
        if (!isStored)
        {
            IndexFile.Write(files, root, segments, [.. fields.Values.Where(field => field.Bytes > 0)]);
        }
    }

    /// <summary>Makes filters whenever there is something to make, until it is cancelled.</summary>
    /// <param name="acquire">Gives the present segments, to be released.</param>
    /// <param name="foreground">While somebody waits it rests between two filters, a quarter of the time that one took: what waits gets faster by them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Func<SegmentSet> acquire, ForegroundGauge foreground, CancellationToken cancellationToken)
    {
        while (true)
        {
            await BuildAsync(acquire, foreground, cancellationToken);
            await work.Reader.ReadAsync(cancellationToken);
        }
    }

    /// <summary>Makes the filters that are missing now. One caller at a time.</summary>
    /// <param name="acquire">Gives the present segments, to be released.</param>
    /// <param name="foreground">As for <see cref="RunAsync"/>; null: it does not rest.</param>
    /// <param name="cancellationToken">Ends it between two filters.</param>
    public async Task BuildAsync(Func<SegmentSet> acquire, ForegroundGauge? foreground, CancellationToken cancellationToken)
    {
        if (capacity == 0)
        {
            return;
        }
        using var held = new HeldSet(acquire());
        var newestFirst = held.Segments.All.OrderByDescending(segment => segment.Summary.NewestTrace).ToList();
        foreach (var segment in newestFirst)
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddTraces(segment);
        }
        foreach (var field in ToBeMade())
        {
            field.Begin();
            foreach (var segment in newestFirst)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long start = clock.GetTimestamp();
                if (field.Of(segment) is not null || segment.IsExcluded)
                {
                    continue;
                }
                if (!AddValues(segment, field))
                {
                    break;
                }
                if (foreground?.IsBusy == true)
                {
                    await Task.Delay(clock.GetElapsedTime(start) / RestShare, clock, cancellationToken);
                }
            }
        }
        builder.Trim();
    }

    private List<FieldIndex> ToBeMade()
    {
        lock (gate)
        {
            return [.. fields.Values.Where(field => field.IsWanted || (!field.HasNoRoom && clock.GetElapsedTime(field.LastUse) < Watched))];
        }
    }

    private void AddTraces(Segment segment)
    {
        // The size is known before: what has no room is not read.
        long bytes = BloomFilter.Length(segment.Summary.Traces, FilterBuilder.BitsPerTrace);
        if (segment.TraceFilter is not null || segment.IsExcluded || segment.HasNoFilter)
        {
            return;
        }
        lock (gate)
        {
            if (!MakeRoom(bytes, null))
            {
                return;
            }
        }
        if (Read(segment, builder.OfTraces) is { } filter)
        {
            lock (gate)
            {
                segment.TraceFilter = filter;
                used += filter.Bytes;
                isStored = false;
            }
        }
    }

    /// <summary>False where there is no room for more filters of the field.</summary>
    private bool AddValues(Segment segment, FieldIndex field)
    {
        if (segment.HasNoFilter || Read(segment, reader => builder.OfValues(reader, field.Field)) is not { } filter)
        {
            return true;
        }
        lock (gate)
        {
            if (!MakeRoom(filter.Bytes, field))
            {
                field.HasNoRoom = true;
                return false;
            }
            field.Add(segment, filter);
            used += filter.Bytes;
            isStored = false;
        }
        return true;
    }

    private T? Read<T>(Segment segment, Func<SegmentReader, T> read)
        where T : class
    {
        try
        {
            using var lent = readers.Lend(segment);
            return read(lent.Reader);
        }
        catch (Exception failure) when (StoreHealth.IsDamage(failure))
        {
            segment.HasNoFilter = true;
            return null;
        }
    }

    /// <summary>Under the lock: drops what nobody has asked for until there is room; false where there is none.</summary>
    /// <param name="bytes">What is to be added.</param>
    /// <param name="adding">The field that it is for, null: traces, for which any field makes room.</param>
    private bool MakeRoom(long bytes, FieldIndex? adding)
    {
        while (used + bytes > capacity)
        {
            var oldest = fields.Values.Where(field => field != adding && field.Bytes > 0).MinBy(field => field.LastUse);
            if (oldest is null || (adding is not null && clock.GetElapsedTime(oldest.LastUse) < Idle))
            {
                return false;
            }
            Drop(oldest);
        }
        return true;
    }

    private bool DropIdle()
    {
        var oldest = fields.Values.MinBy(field => field.LastUse)!;
        if (clock.GetElapsedTime(oldest.LastUse) < Idle)
        {
            return false;
        }
        Drop(oldest);
        return true;
    }

    private void Drop(FieldIndex field)
    {
        fields.Remove(field.Field);
        used -= field.Bytes;
        foreach (var other in fields.Values)
        {
            other.HasNoRoom = false;
        }
    }
}
