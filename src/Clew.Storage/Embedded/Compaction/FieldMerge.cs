using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>The fields of one kind of owner that are brought over as they are.</summary>
internal sealed class FieldMerge(OwnerKind owner, ColumnSet set, IReadOnlyList<ColumnRole> numbers, IReadOnlyList<ColumnRole> texts)
{
    private readonly (ColumnRole Role, MergedColumn Column)[] fields =
    [
        .. numbers.Select(role => (role, new MergedColumn(set.Integers(role, owner)))),
        .. texts.Select(role => (role, new MergedColumn(set.Ids(role, owner)))),
    ];

    /// <summary>The columns of an input, in the order of the fields.</summary>
    public MergeLink[] LinksOf(MergeSource source) =>
        [.. fields.Select(field => new MergeLink(source, source.Reader.Directory.Get(field.Role, owner), field.Column))];
}
