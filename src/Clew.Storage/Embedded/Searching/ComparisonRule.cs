using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A comparison without its field, ready to be applied to values or to be turned into a test of encoded values.</summary>
internal sealed class ComparisonRule(ComparisonOperator op, AttributeValue wanted)
{
    private readonly TextOperand? text = op == ComparisonOperator.EqualText ? TextOperand.Parse(wanted) : null;

    /// <summary>By the rules of <see cref="SpanMatcher"/>.</summary>
    public bool Holds(AttributeValue actual) => text is null ? SpanMatcher.Compare(actual, op, wanted) : text.Equals(actual);

    /// <summary>True where strings match by equality alone: then the id of <see cref="Wanted"/> decides.</summary>
    public bool IsTextEquality => text is not null || (op == ComparisonOperator.Equal && wanted.Type == AttributeType.String);

    /// <summary>True where nothing but that very string can match.</summary>
    public bool IsOnlyText => IsTextEquality && (text is null or { Integer: null, Number: null, Boolean: null });

    public ReadOnlySpan<byte> Wanted => wanted.Bytes;

    /// <summary>A test of a column's values, or null where none can match.</summary>
    public ValueTest? ForColumn(SegmentReader reader, ColumnInfo column, AttributeType type) =>
        column.Dictionary >= 0 ? ForDictionary(reader, column.Dictionary, type) : ForNumbers(type);

    /// <summary>A test of numbers, or null where none can match.</summary>
    public ValueTest? ForNumbers(AttributeType type)
    {
        if (op == ComparisonOperator.Exists)
        {
            return RangeTest.All;
        }
        if (type == AttributeType.Int && text?.Integer is { } integer)
        {
            return new RangeTest(integer, integer);
        }
        if (type != AttributeType.Int || wanted.Type != AttributeType.Int)
        {
            return new ComparisonTest(this, type);
        }
        long value = wanted.Bits;
        return op switch
        {
            ComparisonOperator.Equal => new RangeTest(value, value),
            ComparisonOperator.Less => value == long.MinValue ? null : new RangeTest(long.MinValue, value - 1),
            ComparisonOperator.LessOrEqual => new RangeTest(long.MinValue, value),
            ComparisonOperator.Greater => value == long.MaxValue ? null : new RangeTest(value + 1, long.MaxValue),
            ComparisonOperator.GreaterOrEqual => new RangeTest(value, long.MaxValue),
            _ => new ComparisonTest(this, type),
        };
    }

    private ValueTest? ForDictionary(SegmentReader reader, int dictionary, AttributeType type)
    {
        if (op == ComparisonOperator.Exists)
        {
            return RangeTest.All;
        }
        if (IsTextEquality)
        {
            int id = type == AttributeType.String ? reader.Find(dictionary, wanted.Bytes) : -1;
            return id < 0 ? null : new RangeTest(id, id);
        }
        if (wanted.Type != type)
        {
            return null;
        }
        var members = new bool[reader.Directory.Dictionaries[dictionary].Count];
        for (int id = 0; id < members.Length; id++)
        {
            members[id] = Holds(AttributeValue.Of(type, reader.Text(dictionary, id)));
        }
        return SetTest.Of(members);
    }
}
