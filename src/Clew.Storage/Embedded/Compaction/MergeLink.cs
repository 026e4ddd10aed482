using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>From a column of an input to a column of the result; from none, zeros.</summary>
internal sealed class MergeLink(MergeSource source, ColumnInfo? column, MergedColumn target)
{
    private readonly int[] map = target.Texts is null || column is null || column.Dictionary < 0 ? [] : target.Texts.MapOf(source, column.Dictionary);

    public MergedColumn Target => target;

    /// <summary>Adds some values of a page to the result.</summary>
    public void Copy(int page, int first, int count)
    {
        if (column is null)
        {
            target.Writer.Reserve(count).Clear();
            return;
        }
        Add(source.Read(column, page, first, count));
    }

    /// <summary>Adds values of the column to the result.</summary>
    public void Add(ReadOnlySpan<long> values)
    {
        var room = target.Writer.Reserve(values.Length);
        if (target.Texts is null)
        {
            values.CopyTo(room);
        }
        else
        {
            target.Texts.Map(source, column!.Dictionary, map, values, room);
        }
    }
}
