using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>A column of the result and, where its values are ids, the dictionary they are ids of.</summary>
internal sealed class MergedColumn(ColumnWriter writer)
{
    public ColumnWriter Writer => writer;

    public DictionaryUnion? Texts { get; } = writer.Dictionary is null ? null : new DictionaryUnion(writer.Dictionary);
}
