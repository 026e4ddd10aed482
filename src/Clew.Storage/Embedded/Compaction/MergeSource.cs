using Clew.Core.Columns;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// One of the segments that are merged: a file of the store, or traces put together from several of them, in memory. Bounded by one page
/// for each column and dictionary.
/// </summary>
internal sealed class MergeSource : IDisposable
{
    private readonly TraceRows traces;
    private readonly MergeWindow window;
    private readonly (int Page, DictionaryPage? Content)[] texts;

    /// <param name="segment">Null for one in memory.</param>
    /// <param name="reader">Reads it.</param>
    public MergeSource(Segment? segment, SegmentReader reader)
    {
        Segment = segment;
        Reader = reader;
        Deletions = segment?.Deletions;
        traces = new TraceRows(reader);
        window = new MergeWindow(reader);
        texts = new (int, DictionaryPage?)[reader.Directory.Dictionaries.Count];
        HasSelfTimes = reader.Directory.Find(ColumnRole.CoveredTime, OwnerKind.Span) is not null;
    }

    public Segment? Segment { get; }

    public SegmentReader Reader { get; }

    /// <summary>What was deleted when the merge began.</summary>
    public DeletionList? Deletions { get; }

    /// <summary>True where it knows the spans' self times.</summary>
    public bool HasSelfTimes { get; }

    /// <summary>By row: its resources and scopes in the batch that all inputs share.</summary>
    public int[] Resources { get; private set; } = [];

    public int[] Scopes { get; private set; } = [];

    /// <summary>Where the trace with that row stands, and its flags; null where it was deleted.</summary>
    public (TracePosition Position, TraceFlags Flags)? Trace(int row) =>
        Deletions?.Contains(row) == true ? null : (traces.Position(row), traces.Flags(row));

    /// <summary>The rows of a trace's spans.</summary>
    public RowRange Spans(int row) => traces.Spans(row);

    /// <summary>Largest end of the trace's spans minus its start.</summary>
    public ulong Length(int row) => traces.Length(row);

    /// <summary>Values of a column's page, valid until the same column is asked for another page.</summary>
    public ReadOnlySpan<long> Read(ColumnInfo column, int page, int first, int count) => window.Read(column, page, first, count);

    /// <summary>An entry of a dictionary, valid until the next.</summary>
    public ReadOnlySpan<byte> Text(int dictionary, long id)
    {
        var info = Reader.Directory.Dictionaries[dictionary];
        ref var known = ref texts[dictionary];
        if ((ulong)id >= (ulong)info.Count)
        {
            throw new SegmentDamagedException($"A dictionary of {info.Count} entries has no entry {id}.");
        }
        if (known.Content is null || id >= info.FirstIds[known.Page] + known.Content.Count)
        {
            // Entries are first met in order, except where traces in between were left out.
            int page = Array.BinarySearch(info.FirstIds, (int)id);
            page = page < 0 ? ~page - 1 : page;
            known = (page, Reader.ReadDictionaryOnce(dictionary, page));
        }
        int index = (int)id - info.FirstIds[known.Page];
        return index >= 0 ? known.Content![index] : Reader.Text(dictionary, id);
    }

    /// <summary>Brings every resource and scope into the batch; equal ones of other segments are shared.</summary>
    public void ReadShared(SpanBatch batch, MergeTables tables)
    {
        using var rows = new RowWindow(Reader, wholePages: true);
        var shared = new SharedRowsReader(Reader, batch, rows, new Reading.TextReader(Reader, batch, keep: false));
        Resources = new int[Reader.Directory.Resources];
        for (int row = 0; row < Resources.Length; row++)
        {
            Resources[row] = tables.Resource(shared.Resource(row));
        }
        Scopes = new int[Reader.Directory.Scopes];
        for (int row = 0; row < Scopes.Length; row++)
        {
            Scopes[row] = tables.Scope(shared.Scope(row));
        }
    }

    public void Dispose()
    {
        traces.Dispose();
        window.Dispose();
    }
}
