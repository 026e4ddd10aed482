using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>Brings over a column that has a value only for those spans for which another column says so. Spans come in the input's order.</summary>
/// <param name="source">The input.</param>
/// <param name="says">The column that says so.</param>
/// <param name="code">What it says then.</param>
/// <param name="raw">The values; null where there are none.</param>
/// <param name="to">Where they go.</param>
internal sealed class RawMerge(MergeSource source, ColumnInfo says, long code, ColumnInfo? raw, ColumnWriter to)
{
    private int next;

    /// <summary>A page begins.</summary>
    public void Begin() => next = 0;

    /// <summary>Passes spans.</summary>
    public void Skip(int page, int first, int count) => next += Count(page, first, count);

    /// <summary>Copies what belongs to spans.</summary>
    public void Copy(int page, int first, int count)
    {
        int values = Count(page, first, count);
        if (values > 0)
        {
            source.Read(raw!, page, next, values).CopyTo(to.Reserve(values));
            next += values;
        }
    }

    private int Count(int page, int first, int count) =>
        raw is not null && raw.Pages[page].Count > 0 ? source.Read(says, page, first, count).Count(code) : 0;
}
