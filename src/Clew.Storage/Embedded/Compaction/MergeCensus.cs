using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// Tells the writer what a segment will bring, from its footer and the keys in its catch-alls: spans themselves are not read. Copies that
/// a merge will drop are counted too; it only decides which attributes get columns of their own.
/// </summary>
internal static class MergeCensus
{
    public static void Count(SegmentReader reader, SpanBatch batch, OwnedRowsWriter owned)
    {
        var directory = reader.Directory;
        owned.Expect(
            Values(directory.Find(ColumnRole.EventTime, OwnerKind.Event)), Values(directory.Find(ColumnRole.LinkSpanId, OwnerKind.Link)));
        foreach (var column in directory.Columns)
        {
            if (column.Role == ColumnRole.Attribute)
            {
                owned.Expect(column.Owner, batch.Strings.Intern(column.KeyBytes), column.Type, Values(column));
            }
        }
        foreach (var owner in (ReadOnlySpan<OwnerKind>)[OwnerKind.Span, OwnerKind.Event, OwnerKind.Link])
        {
            CountRare(reader, owner, batch, owned);
        }
    }

    private static void CountRare(SegmentReader reader, OwnerKind owner, SpanBatch batch, OwnedRowsWriter owned)
    {
        if (reader.Directory.Find(ColumnRole.RareKey, owner) is not { } keys)
        {
            return;
        }
        var types = reader.Directory.Get(ColumnRole.RareType, owner);
        using var window = new RowWindow(reader, wholePages: true);
        for (int page = 0; page < keys.Pages.Length; page++)
        {
            int count = keys.Pages[page].Count;
            var keysOfPage = window.Read(keys, page, 0, count);
            var typesOfPage = window.Read(types, page, 0, count);
            for (int i = 0; i < count; i++)
            {
                int key = batch.Strings.Intern(reader.Text(keys.Dictionary, keysOfPage[i]));
                owned.Expect(owner, key, (AttributeType)typesOfPage[i], 1);
            }
        }
    }

    private static int Values(ColumnInfo? column)
    {
        int total = 0;
        foreach (var page in column?.Pages ?? [])
        {
            total += page.Count;
        }
        return total;
    }
}
