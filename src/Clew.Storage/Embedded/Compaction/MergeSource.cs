using Clew.Core.Columns;
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
    private readonly MergeWindow window;
    private readonly (int Page, DictionaryPage? Content)[] texts;

    /// <param name="segment">Null for one in memory.</param>
    /// <param name="reader">Reads it.</param>
    public MergeSource(Segment? segment, SegmentReader reader)
    {
        Segment = segment;
        Reader = reader;
        Deletions = segment?.Deletions;
        Traces = new MergeTraces(reader);
        window = new MergeWindow(reader);
        texts = new (int, DictionaryPage?)[reader.Directory.Dictionaries.Count];
        HasDerivedValues = reader.Directory.HasDerivedValues;
    }

    public Segment? Segment { get; }

    public SegmentReader Reader { get; }

    /// <summary>What was deleted when the merge began.</summary>
    public DeletionList? Deletions { get; }

    /// <summary>True where it knows what closing derives.</summary>
    public bool HasDerivedValues { get; }

    /// <summary>By row: its resources and scopes in the batch that all inputs share.</summary>
    public int[] Resources { get; private set; } = [];

    public int[] Scopes { get; private set; } = [];

    /// <summary>Its table of traces, deleted ones among them.</summary>
    public MergeTraces Traces { get; }

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

    /// <summary>Brings every resource and scope into the batch, and the names of roots; equal ones of other segments are shared.</summary>
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
        Traces.ReadTexts(Reader, batch.Strings);
    }

    public void Dispose() => window.Dispose();
}
