using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>Brings the events, or the links, of one input to the result. Those of a page come in order.</summary>
internal sealed class OwnedMerge
{
    private readonly MergeSource source;
    private readonly FieldMerge fields;
    private readonly ColumnInfo counts;
    private readonly ColumnInfo[] columns;
    private readonly AttributeMerge attributes;
    private int page;
    private int at;

    private OwnedMerge(MergeSource source, OwnerKind owner, ColumnInfo counts, FieldMerge fields, AttributeTargets targets)
    {
        this.source = source;
        this.fields = fields;
        this.counts = counts;
        columns = fields.ColumnsOf(source);
        attributes = new AttributeMerge(source, owner, targets);
    }

    /// <summary>Null where the input has none.</summary>
    public static OwnedMerge? Open(MergeSource source, OwnerKind owner, ColumnRole countRole, FieldMerge? fields, AttributeTargets? targets)
    {
        var counts = source.Reader.Directory.Get(countRole, OwnerKind.Span);
        return fields is not null && Array.Exists(counts.Pages, entry => entry.Max > 0)
            ? new OwnedMerge(source, owner, counts, fields, targets!)
            : null;
    }

    /// <summary>Goes to the first of a page.</summary>
    public void MoveTo(int ofPage)
    {
        (page, at) = (ofPage, 0);
        attributes.MoveTo(ofPage);
    }

    /// <summary>Passes those of some spans.</summary>
    public void Skip(int firstSpan, int spans)
    {
        int count = Count(firstSpan, spans);
        attributes.Skip(at, count);
        at += count;
    }

    /// <summary>Copies those of some spans.</summary>
    public void Copy(int firstSpan, int spans)
    {
        int count = Count(firstSpan, spans);
        fields.Copy(source, columns, page, at, count);
        attributes.Copy(at, count);
        at += count;
    }

    private int Count(int firstSpan, int spans)
    {
        if (counts.Pages[page].Max == 0)
        {
            return 0;
        }
        long total = 0;
        foreach (long count in source.Read(counts, page, firstSpan, spans))
        {
            total += count;
        }
        return checked((int)total);
    }
}
