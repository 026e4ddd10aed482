using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>A column of the result and, where its values are ids, the dictionary they are ids of.</summary>
internal sealed class MergedColumn(ColumnWriter writer)
{
    public ColumnWriter Writer => writer;

    public DictionaryUnion? Texts { get; } = writer.Dictionary is null ? null : new DictionaryUnion(writer.Dictionary);

    /// <summary>Adds values of an input.</summary>
    /// <param name="source">The input.</param>
    /// <param name="dictionary">The dictionary there; −1 where the values are no ids.</param>
    /// <param name="values">The values.</param>
    public void Add(MergeSource source, int dictionary, ReadOnlySpan<long> values)
    {
        var room = writer.Reserve(values.Length);
        if (Texts is null)
        {
            values.CopyTo(room);
        }
        else
        {
            Texts.Map(source, dictionary, values, room);
        }
    }
}
