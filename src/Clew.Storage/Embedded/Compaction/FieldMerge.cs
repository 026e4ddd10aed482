using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>The fields of one kind of owner that are brought over as they are.</summary>
/// <param name="owner">Whose.</param>
/// <param name="set">Where the columns are made.</param>
/// <param name="numbers">Those that are numbers.</param>
/// <param name="texts">Those that are ids of texts.</param>
/// <param name="optional">Numbers that are 0 where an input lacks the column.</param>
internal sealed class FieldMerge(
    OwnerKind owner, ColumnSet set, IReadOnlyList<ColumnRole> numbers, IReadOnlyList<ColumnRole> texts, params IReadOnlyList<ColumnRole> optional)
{
    private readonly (ColumnRole Role, MergedColumn Column)[] fields =
    [
        .. numbers.Select(role => (role, new MergedColumn(set.Integers(role, owner)))),
        .. optional.Select(role => (role, new MergedColumn(set.Integers(role, owner)))),
        .. texts.Select(role => (role, new MergedColumn(set.Ids(role, owner)))),
    ];

    /// <summary>The columns of an input, in the order of the fields.</summary>
    public MergeLink[] LinksOf(MergeSource source) =>
        [.. fields.Select(field => new MergeLink(source, ColumnOf(source, field.Role), field.Column))];

    private ColumnInfo? ColumnOf(MergeSource source, ColumnRole role) =>
        optional.Contains(role) ? source.Reader.Directory.Find(role, owner) : source.Reader.Directory.Get(role, owner);
}
