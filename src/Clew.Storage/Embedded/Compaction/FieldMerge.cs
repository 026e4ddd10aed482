using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>The fields of one kind of owner, brought over as they are.</summary>
internal sealed class FieldMerge(OwnerKind owner, ColumnSet set, IReadOnlyList<ColumnRole> numbers, IReadOnlyList<ColumnRole> texts)
{
    private readonly (ColumnRole Role, MergedColumn Column)[] fields =
    [
        .. numbers.Select(role => (role, new MergedColumn(set.Integers(role, owner)))),
        .. texts.Select(role => (role, new MergedColumn(set.Ids(role, owner)))),
    ];

    /// <summary>The columns of an input, in the order of the fields.</summary>
    public ColumnInfo[] ColumnsOf(MergeSource source) => [.. fields.Select(field => source.Reader.Directory.Get(field.Role, owner))];

    /// <summary>Copies the fields of some owners of an input's page.</summary>
    public void Copy(MergeSource source, ColumnInfo[] columns, int page, int first, int count)
    {
        for (int i = 0; i < fields.Length && count > 0; i++)
        {
            fields[i].Column.Add(source, columns[i].Dictionary, source.Read(columns[i], page, first, count));
        }
    }
}
