using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A condition on an attribute of spans, or of their events or links.</summary>
internal sealed class AttributeTest : SpanTest
{
    private readonly SegmentReader reader;
    private readonly AttributeCursor cursor;
    private readonly ComparisonRule rule;
    private readonly ValueTest?[] tests;
    private readonly int rareTextId = -1;

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
    }

    /// <summary>The test, or null where no value in the segment can match.</summary>
    public static AttributeTest? Create(SegmentReader reader, AttributeCursor cursor, ComparisonRule rule)
    {
        var test = new AttributeTest(reader, cursor, rule);
        return cursor.RareDictionary >= 0 || Array.Exists(test.tests, known => known is not null) ? test : null;
    }

    public override bool MayMatch(RowGroup group) =>
        cursor.MayMatch(group, (column, min, max) => tests[column] is { } test && test.MayMatch(min, max));

    public override void Mark(RowGroup group, Span<byte> hits)
    {
        var owned = cursor.OwnedCounts(group.Directory);
        byte[] marks = new byte[owned is null ? hits.Length : Owners(group, owned)];
        var visitor = new Marker(this, marks);
        cursor.Walk(group, ref visitor);
        if (owned is null)
        {
            for (int i = 0; i < marks.Length; i++)
            {
                hits[i] |= marks[i];
            }
            return;
        }
        int first = 0;
        var counts = group.Values(owned);
        for (int row = 0; row < counts.Length; row++)
        {
            int count = (int)counts[row];
            if (count > 0 && marks.AsSpan(first, count).Contains((byte)1))
            {
                hits[row] = 1;
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
            if (column < test.tests.Length ? test.tests[column]?.Matches(value) == true : test.MatchesRare(type, value))
            {
                marks[owner] = 1;
            }
        }
    }
}
