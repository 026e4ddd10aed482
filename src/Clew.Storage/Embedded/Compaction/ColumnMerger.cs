using Clew.Core.Columns;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// Writes a segment from traces of which each lies whole in one of the inputs: columns are copied run by run, and nothing is turned into
/// spans.
/// </summary>
/// <remarks>
/// 1. Resources and scopes are brought together, and columns laid out. 2. Traces are added in the order of the result; those that follow
/// one another in an input too are copied together. 3. The segment is put together. Memory: the encoded result, a decoded page per column
/// and input, and the dictionaries as <see cref="DictionaryUnion"/> says.
/// </remarks>
internal sealed class ColumnMerger
{
    private readonly SpanBatch shared = new();
    private readonly SegmentSummary identity;
    private readonly ColumnSet set;
    private readonly TraceTableWriter tables;
    private readonly RowMap resources;
    private readonly RowMap scopes;
    private readonly Dictionary<MergeSource, SpanMerge> merges = [];
    private MergeSource? source;
    private int first;
    private int count;
    private int row;
    private int written;

    /// <param name="sources">The inputs, all with derived values.</param>
    /// <param name="identity">Of the result.</param>
    /// <param name="spans">Spans of all inputs.</param>
    /// <param name="buffers">Where pages go.</param>
    public ColumnMerger(IReadOnlyList<MergeSource> sources, SegmentSummary identity, int spans, SegmentBuffers buffers)
    {
        this.identity = identity;
        // 1
        var equal = new MergeTables(shared);
        foreach (var input in sources)
        {
            MergeInputDamagedException.Guard(input.Segment, () => input.ReadShared(shared, equal));
        }
        set = new ColumnSet(shared.Strings, buffers);
        resources = new RowMap(shared.Resources.Count);
        scopes = new RowMap(shared.Scopes.Count);
        var layout = new MergeLayout(sources, identity.Pages(spans), set, shared.Strings);
        tables = new TraceTableWriter(set, identity.GroupRows, withFacts: true);
        foreach (var input in sources)
        {
            MergeInputDamagedException.Guard(input.Segment, () => merges.Add(input, new SpanMerge(input, layout, resources, scopes)));
            tables.Note(0, input.Reader.Directory.Summary.PlainTimes);
        }
    }

    /// <summary>2: adds a trace, which comes after all others of the input that were added; returns how many spans it has.</summary>
    public int Add(MergeSource from, int trace, TraceFlags flags)
    {
        var rows = SpansOf(from, trace);
        var position = from.Traces.Position(trace);
        tables.Add(position.TraceId, row, flags, from.Traces.Facts(trace), position.StartTime, from.Traces.Length(trace));
        row += rows.Count;
        if (from == source && rows.Start == first + count)
        {
            count += rows.Count;
        }
        else
        {
            CopyRun();
            (source, first, count) = (from, rows.Start, rows.Count);
        }
        return rows.Count;
    }

    /// <summary>3</summary>
    /// <param name="replaces">The segments that this one was merged from.</param>
    public SegmentImage Complete(IReadOnlyList<SegmentName> replaces)
    {
        CopyRun();
        if (written % identity.GroupRows != 0)
        {
            set.EndPages(OwnerKind.Span, OwnerKind.Event, OwnerKind.Link);
        }
        new SharedTablesWriter(shared, set).Write(identity, resources.Rows, scopes.Rows);
        var summary = tables.Complete(identity with { Spans = written });
        byte[] index = tables.BuildIndex();
        return SegmentAssembler.Assemble(set, shared.Strings, summary, resources.Rows.Count, scopes.Rows.Count, index, replaces);
    }

    private static RowRange SpansOf(MergeSource from, int trace)
    {
        try
        {
            return from.Traces.Spans(trace);
        }
        catch (SegmentDamagedException failure) when (from.Segment is not null)
        {
            throw new MergeInputDamagedException(from.Segment, failure);
        }
    }

    /// <summary>Copies the run of rows, cut where a page of the input or of the result ends.</summary>
    private void CopyRun()
    {
        if (source is not { } from)
        {
            return;
        }
        int pageRows = from.Reader.Directory.GroupRows;
        while (count > 0)
        {
            int page = first / pageRows;
            int index = first - (page * pageRows);
            int length = Math.Min(count, Math.Min(pageRows - index, identity.GroupRows - (written % identity.GroupRows)));
            try
            {
                tables.Note(merges[from].Copy(page, index, length), plain: true);
            }
            catch (Exception failure) when (from.Segment is not null && StoreHealth.IsDamage(failure))
            {
                throw new MergeInputDamagedException(from.Segment, failure);
            }
            first += length;
            count -= length;
            written += length;
            if (written % identity.GroupRows == 0)
            {
                set.EndPages(OwnerKind.Span, OwnerKind.Event, OwnerKind.Link);
            }
        }
    }
}
