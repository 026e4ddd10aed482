using System.Buffers.Binary;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>The table of traces of one input, decoded as a whole: 88 bytes a trace, and 4 for each distinct name and shape.</summary>
internal sealed class MergeTraces
{
    private readonly SegmentSummary summary;
    private readonly long[] high;
    private readonly long[] low;
    private readonly long[] firstRows;
    private readonly long[] flags;
    private readonly long[] starts;
    private readonly long[] lengths;
    private readonly long[] shapes = [];
    private readonly long[] rootServices = [];
    private readonly long[] rootNames = [];
    private readonly long[] errors = [];
    private readonly long[] services = [];
    private ulong[] shapeHashes = []; // by entry of the dictionary
    private int[] serviceTexts = []; // by entry, string ids
    private int[] nameTexts = [];

    public MergeTraces(SegmentReader reader)
    {
        summary = reader.Directory.Summary;
        high = Read(reader, ColumnRole.TraceHigh);
        low = Read(reader, ColumnRole.TraceLow);
        firstRows = Read(reader, ColumnRole.TraceFirstRow);
        flags = Read(reader, ColumnRole.TraceFlags);
        starts = Read(reader, ColumnRole.TraceStart);
        lengths = Read(reader, ColumnRole.TraceLength);
        if (reader.Directory.HasDerivedValues)
        {
            shapes = Read(reader, ColumnRole.TraceShape);
            rootServices = Read(reader, ColumnRole.TraceRootService);
            rootNames = Read(reader, ColumnRole.TraceRootName);
            errors = Read(reader, ColumnRole.TraceErrors);
            services = Read(reader, ColumnRole.TraceServices);
        }
    }

    public int Count => summary.Traces;

    public TracePosition Position(int row) => new((ulong)starts[row], new TraceId((ulong)high[row], (ulong)low[row]));

    public TraceFlags Flags(int row) => (TraceFlags)flags[row];

    /// <summary>Largest end of the trace's spans minus its start, modulo 2^64.</summary>
    public ulong Length(int row) => (ulong)lengths[row];

    /// <summary>What closing derived, after <see cref="ReadTexts"/>.</summary>
    public TraceFacts Facts(int row) => new(
        Of(shapeHashes, shapes[row]), Of(serviceTexts, rootServices[row]), Of(nameTexts, rootNames[row]), (int)errors[row], (int)services[row]);

    /// <summary>Brings the names of roots into a table of strings; nothing where nothing was derived.</summary>
    public void ReadTexts(SegmentReader reader, StringTable strings)
    {
        if (reader.Directory.HasDerivedValues)
        {
            shapeHashes = Entries(reader, ColumnRole.TraceShape, static text => text.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(text) : 0);
            serviceTexts = Entries(reader, ColumnRole.TraceRootService, strings.Intern);
            nameTexts = Entries(reader, ColumnRole.TraceRootName, strings.Intern);
        }
    }

    /// <summary>The rows of the trace's spans.</summary>
    public RowRange Spans(int row)
    {
        long first = firstRows[row];
        long end = row + 1 < firstRows.Length ? firstRows[row + 1] : summary.Spans;
        return first >= 0 && end > first && end <= summary.Spans
            ? new RowRange((int)first, (int)(end - first))
            : throw new SegmentDamagedException($"Trace {row} has impossible rows.");
    }

    private static T Of<T>(T[] entries, long id) =>
        (ulong)id < (ulong)entries.Length ? entries[id] : throw new SegmentDamagedException($"A dictionary of {entries.Length} entries has no entry {id}.");

    private static T[] Entries<T>(SegmentReader reader, ColumnRole role, Func<ReadOnlySpan<byte>, T> convert)
    {
        int dictionary = reader.Directory.Get(role, OwnerKind.Trace).Dictionary;
        if (dictionary < 0)
        {
            throw new SegmentDamagedException($"The column {role} has no dictionary.");
        }
        var entries = new T[reader.Directory.Dictionaries[dictionary].Count];
        for (int id = 0; id < entries.Length; id++)
        {
            entries[id] = convert(reader.Text(dictionary, id));
        }
        return entries;
    }

    private static long[] Read(SegmentReader reader, ColumnRole role)
    {
        var column = reader.Directory.Get(role, OwnerKind.Trace);
        long[] values = new long[reader.Directory.Summary.Traces];
        int at = 0;
        for (int page = 0; page < column.Pages.Length; page++)
        {
            int count = column.Pages[page].Count;
            reader.ReadOnce(column, page, values.AsSpan(at, count));
            at += count;
        }
        return at == values.Length ? values : throw new SegmentDamagedException($"The column {role} has {at} values for {values.Length} traces.");
    }
}
