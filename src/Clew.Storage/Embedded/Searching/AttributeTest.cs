using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A condition on an attribute of spans, or of their events or links.</summary>
/// <remarks>
/// Values are tested before anybody asks whose they are: where none passes, shapes are not read. Where every owner has at most one value
/// of a column, the marks of values are then spread over the rows that have one; otherwise all values are walked.
/// </remarks>
internal sealed class AttributeTest : SpanTest
{
    private readonly SegmentReader reader;
    private readonly AttributeCursor cursor;
    private readonly ComparisonRule rule;
    private readonly ValueTest?[] tests;
    private readonly int rareTextId = -1;
    private readonly bool looksAtRare;
    private readonly ulong[] values;
    private readonly ulong[] having;

    private AttributeTest(SegmentReader reader, AttributeCursor cursor, ComparisonRule rule)
    {
        this.reader = reader;
        this.cursor = cursor;
        this.rule = rule;
        tests = [.. cursor.Columns.Select(column => rule.ForColumn(reader, column, column.Type))];
        if (cursor.RareDictionary >= 0 && rule.IsTextEquality)
        {
            rareTextId = reader.Find(cursor.RareDictionary, rule.Wanted);
        }
        looksAtRare = cursor.RareDictionary >= 0 && (rareTextId >= 0 || !rule.IsOnlyText);
        int words = IntegerPageSearch.Words(reader.Directory.GroupRows);
        values = new ulong[words];
        having = new ulong[words];
    }

    public override int Cost => cursor.Owner is OwnerKind.Event or OwnerKind.Link ? 8 : 4;

    /// <summary>The test, or null where no value in the segment can match.</summary>
    public static AttributeTest? Create(SegmentReader reader, AttributeCursor cursor, ComparisonRule rule)
    {
        var test = new AttributeTest(reader, cursor, rule);
        return test.looksAtRare || Array.Exists(test.tests, known => known is not null) ? test : null;
    }

    public override bool MayMatch(RowGroup group)
    {
        for (int i = 0; i < tests.Length; i++)
        {
            if (MayPass(group, i))
            {
                return true;
            }
        }
        return looksAtRare && cursor.MayHaveRare(group);
    }

    public override void Mark(RowGroup group, ReadOnlySpan<ulong> wanted, Span<ulong> hits)
    {
        if (cursor.OwnedCounts(group.Directory) is null && cursor.IsSingle && !(looksAtRare && cursor.MayHaveRare(group)))
        {
            for (int i = 0; i < tests.Length; i++)
            {
                if (MayPass(group, i))
                {
                    MarkColumn(group, i, wanted, hits);
                }
            }
            return;
        }
        Walk(group, hits);
    }

    private bool MayPass(RowGroup group, int column)
    {
        var page = cursor.Columns[column].Pages[group.Index];
        return page.Count > 0 && tests[column] is { } test && test.MayPass(page.Min, page.Max);
    }

    private void MarkColumn(RowGroup group, int index, ReadOnlySpan<ulong> wanted, Span<ulong> hits)
    {
        var column = cursor.Columns[index];
        int count = column.Pages[group.Index].Count;
        if (count == group.Rows)
        {
            group.Mark(column, tests[index]!, wanted, hits);
            return;
        }
        var passed = values.AsSpan(0, IntegerPageSearch.Words(count));
        passed.Clear();
        group.Mark(column, tests[index]!, default, passed);
        if (RowBits.Any(passed))
        {
            var owners = having.AsSpan(0, hits.Length);
            owners.Clear();
            cursor.MarkOwners(group, index, owners);
            RowBits.Spread(passed, owners, hits);
        }
    }

    private void Walk(RowGroup group, Span<ulong> hits)
    {
        var owned = cursor.OwnedCounts(group.Directory);
        byte[] marks = new byte[owned is null ? group.Rows : Owners(group, owned)];
        var visitor = new Marker(this, marks);
        cursor.Walk(group, ref visitor);
        int first = 0;
        var counts = owned is null ? default : group.Values(owned);
        for (int row = 0; row < group.Rows; row++)
        {
            int count = owned is null ? 1 : (int)counts[row];
            if (count > 0 && marks.AsSpan(first, count).Contains((byte)1))
            {
                hits[row >> 6] |= 1UL << row;
            }
            first += count;
        }
    }

    private static int Owners(RowGroup group, ColumnInfo owned)
    {
        long total = 0;
        foreach (long count in group.Values(owned))
        {
            total += count;
        }
        return (int)total;
    }

    private bool MatchesRare(AttributeType type, long value)
    {
        if (!AttributeTable.IsStringId(type))
        {
            return rule.Holds(AttributeValue.Of(type, value));
        }
        return rule.IsTextEquality
            ? type == AttributeType.String && value == rareTextId
            : rule.Holds(AttributeValue.Of(type, reader.Text(cursor.RareDictionary, value)));
    }

    private readonly struct Marker(AttributeTest test, byte[] marks) : IAttributeVisitor
    {
        public void Visit(int owner, int column, AttributeType type, long value)
        {
            if (column < test.tests.Length ? test.tests[column]?.Passes(value) == true : test.MatchesRare(type, value))
            {
                marks[owner] = 1;
            }
        }
    }
}
