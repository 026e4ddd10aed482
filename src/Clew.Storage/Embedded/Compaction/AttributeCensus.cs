using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// How many values each attribute key and type will have at most, from the inputs' footers and the keys in their catch-alls. What a merge
/// will leave out is counted too; it only decides which attributes get columns of their own. Bounded by the distinct keys.
/// </summary>
internal static class AttributeCensus
{
    /// <summary>The counts, in order of first appearance.</summary>
    /// <param name="sources">The inputs.</param>
    /// <param name="owner">Whose attributes.</param>
    /// <param name="strings">Where keys get their ids.</param>
    public static Dictionary<(int Key, AttributeType Type), long> Count(IReadOnlyList<MergeSource> sources, OwnerKind owner, StringTable strings)
    {
        var counts = new Dictionary<(int, AttributeType), long>();
        foreach (var source in sources)
        {
            foreach (var column in source.Reader.Directory.Columns)
            {
                if (column.Role == ColumnRole.Attribute && column.Owner == owner)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, (strings.Intern(column.KeyBytes), column.Type), out _) += Values(column);
                }
            }
            MergeInputDamagedException.Guard(source.Segment, () => CountRare(source, owner, strings, counts));
        }
        return counts;
    }

    /// <summary>Values of a column.</summary>
    public static long Values(ColumnInfo? column)
    {
        long total = 0;
        foreach (var page in column?.Pages ?? [])
        {
            total += page.Count;
        }
        return total;
    }

    private static void CountRare(MergeSource source, OwnerKind owner, StringTable strings, Dictionary<(int, AttributeType), long> counts)
    {
        var directory = source.Reader.Directory;
        if (directory.Find(ColumnRole.RareKey, owner) is not { } keys)
        {
            return;
        }
        var types = directory.Get(ColumnRole.RareType, owner);
        int[] ids = new int[directory.Dictionaries[keys.Dictionary].Count]; // id + 1
        for (int page = 0; page < keys.Pages.Length; page++)
        {
            int count = keys.Pages[page].Count;
            var keysOfPage = source.Read(keys, page, 0, count);
            var typesOfPage = source.Read(types, page, 0, count);
            for (int i = 0; i < count; i++)
            {
                ref int id = ref ids[keysOfPage[i]];
                if (id == 0)
                {
                    id = strings.Intern(source.Text(keys.Dictionary, keysOfPage[i])) + 1;
                }
                CollectionsMarshal.GetValueRefOrAddDefault(counts, (id - 1, (AttributeType)typesOfPage[i]), out _)++;
            }
        }
    }
}
