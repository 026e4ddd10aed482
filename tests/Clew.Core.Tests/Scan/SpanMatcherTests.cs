using System.Globalization;
using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Testing;

namespace Clew.Core.Tests.Scan;

/// <summary>The matcher against values as objects, compared in the obvious way.</summary>
public class SpanMatcherTests
{
    private static readonly string[] Keys = ["http.request.method", "http.response.status_code", "user.id", "flag", "blob", "list", "exception.type", "link.kind", "service.name", "n"];

    [Fact]
    public void Agrees_with_the_slow_version()
    {
        int matches = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var batch = new SpanGenerator(seed).Batch(25);
            var predicates = Enumerable.Range(0, random.Next(1, 3)).Select(_ => Predicate(random, depth: 0)).ToList();
            var matcher = new SpanMatcher(batch, predicates);
            for (int span = 0; span < batch.Count; span++)
            {
                bool expected = predicates.TrueForAll(p => Holds(batch, span, p));
                Assert.True(expected == matcher.Matches(span), $"{string.Join(" && ", predicates)} on {SpanText.Line(batch, span)}");
                matches += expected ? 1 : 0;
            }
        }
        Assert.InRange(matches, 500, 9000);
    }

    [Fact]
    public void A_field_reader_gives_the_first_value_in_the_order_of_owners()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var batch = new SpanGenerator(seed).Batch(20);
            var scope = (AttributeScope)random.Next(32);
            var field = random.Next(4) == 0
                ? FieldReference.Of((SpanField)random.Next(1, 12))
                : FieldReference.Attribute(Keys[random.Next(Keys.Length)], scope);
            var reader = new SpanFieldReader(batch, field);
            for (int span = 0; span < batch.Count; span++)
            {
                var expected = Values(batch, span, field).FirstOrDefault();
                Assert.Equal(expected, reader.Value(span));
                Assert.Equal(expected.Type is AttributeType.Int or AttributeType.Double, reader.TryNumber(span, out double number));
                Assert.True(expected.Type != AttributeType.Int || number == expected.Bits);
            }
        }
    }

    [Theory]
    [InlineData("42", 42L, true)]
    [InlineData("42.0", 42L, true)]
    [InlineData("42", 42.0, true)]
    [InlineData("4.2e1", 42.0, true)]
    [InlineData("NaN", double.NaN, true)]
    [InlineData("-Infinity", double.NegativeInfinity, true)]
    [InlineData("true", true, true)]
    [InlineData("True", true, false)]
    [InlineData("1", true, false)]
    [InlineData("", 0L, false)]
    [InlineData("42", "42", true)]
    [InlineData("42", "42.0", false)]
    [InlineData(" 42", 42L, false)]
    public void Text_equals_what_it_means(string text, object value, bool expected)
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, attributes: ("key", value));
        var comparison = new Comparison(FieldReference.Attribute("key"), ComparisonOperator.EqualText, AttributeValue.Of(text));
        Assert.Equal(expected, new SpanMatcher(builder.Batch, [comparison]).Matches(0));
    }

    [Fact]
    public void Large_integers_are_compared_as_integers()
    {
        var a = AttributeValue.Of(long.MaxValue);
        Assert.False(SpanMatcher.Compare(a, ComparisonOperator.Equal, AttributeValue.Of(long.MaxValue - 1)));
        Assert.True(SpanMatcher.Compare(a, ComparisonOperator.Greater, AttributeValue.Of(long.MaxValue - 1)));
    }

    [Fact]
    public void Times_past_the_signed_range_and_ends_before_starts_have_an_order()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, start: ulong.MaxValue - 1, end: 5);
        Assert.Equal(AttributeValue.Of(long.MaxValue), SpanMatcher.Intrinsic(builder.Batch, 0, SpanField.StartTime));
        Assert.Equal(AttributeValue.Of(0L), SpanMatcher.Intrinsic(builder.Batch, 0, SpanField.Duration));
    }

    private static SpanPredicate Predicate(Random random, int depth)
    {
        if (depth < 2 && random.Next(4) == 0)
        {
            return new AnyOf([.. Enumerable.Range(0, random.Next(4)).Select(_ => Predicate(random, depth + 1))]);
        }
        var field = random.Next(2) == 0
            ? FieldReference.Of((SpanField)random.Next(1, 12))
            : FieldReference.Attribute(Keys[random.Next(Keys.Length)], (AttributeScope)random.Next(32));
        AttributeValue[] values =
        [
            AttributeValue.Of("GET"), AttributeValue.Of("pricing"), AttributeValue.Of(""), AttributeValue.Of("42"), AttributeValue.Of("true"), AttributeValue.Of("Timeout"),
            AttributeValue.Of(true), AttributeValue.Of(2L), AttributeValue.Of(200L), AttributeValue.Of(1_000_000_000L), AttributeValue.Of(0.5), AttributeValue.Of(double.NaN),
            AttributeValue.Of(AttributeType.Bytes, [0, 255, 1]), AttributeValue.Empty,
        ];
        var op = (ComparisonOperator)random.Next(8);
        return new Comparison(field, op, values[random.Next(op == ComparisonOperator.EqualText ? 6 : values.Length)]);
    }

    private static bool Holds(SpanBatch batch, int span, SpanPredicate predicate) => predicate switch
    {
        AnyOf any => any.Predicates.Any(p => Holds(batch, span, p)),
        Comparison c => Values(batch, span, c.Field).Any(v => Compare(v, c.Operator, c.Value)),
        _ => throw new NotSupportedException(),
    };

    private static bool Compare(AttributeValue actual, ComparisonOperator op, AttributeValue wanted)
    {
        if (op == ComparisonOperator.Exists)
        {
            return true;
        }
        object? a = Object(actual);
        object? w = Object(wanted);
        if (op == ComparisonOperator.EqualText)
        {
            string text = (string)w!;
            return a switch
            {
                string s => s == text,
                bool b => text == (b ? "true" : "false"),
                long or double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) && d.Equals(Convert.ToDouble(a, CultureInfo.InvariantCulture)),
                _ => false,
            };
        }
        if (a is long or double && w is long or double)
        {
            double x = Convert.ToDouble(a, CultureInfo.InvariantCulture);
            double y = Convert.ToDouble(w, CultureInfo.InvariantCulture);
            return op switch
            {
                ComparisonOperator.Equal => x == y,
                ComparisonOperator.NotEqual => x != y,
                ComparisonOperator.Less => x < y,
                ComparisonOperator.LessOrEqual => x <= y,
                ComparisonOperator.Greater => x > y,
                _ => x >= y,
            };
        }
        if (actual.Type != wanted.Type)
        {
            return false;
        }
        if (a is string l && w is string r)
        {
            int order = Encoding.UTF8.GetBytes(l).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(r));
            return op switch
            {
                ComparisonOperator.Equal => order == 0,
                ComparisonOperator.NotEqual => order != 0,
                ComparisonOperator.Less => order < 0,
                ComparisonOperator.LessOrEqual => order <= 0,
                ComparisonOperator.Greater => order > 0,
                _ => order >= 0,
            };
        }
        return op == ComparisonOperator.Equal ? actual.Equals(wanted) : op == ComparisonOperator.NotEqual && !actual.Equals(wanted);
    }

    private static object? Object(AttributeValue value) => value.Type switch
    {
        AttributeType.String => Encoding.UTF8.GetString(value.Bytes),
        AttributeType.Bool => value.Bool,
        AttributeType.Int => value.Bits,
        AttributeType.Double => value.Double,
        _ => null,
    };

    private static IEnumerable<AttributeValue> Values(SpanBatch b, int span, FieldReference field)
    {
        var s = b.Spans;
        switch (field.Field)
        {
            case SpanField.Name: return [AttributeValue.Of(b.Text(s.Names[span]))];
            case SpanField.Kind: return [AttributeValue.Of((long)s.Kinds[span])];
            case SpanField.StatusCode: return [AttributeValue.Of((long)s.StatusCodes[span])];
            case SpanField.StatusMessage: return [AttributeValue.Of(b.Text(s.StatusMessages[span]))];
            case SpanField.StartTime: return [AttributeValue.Of((long)s.StartTimes[span])];
            case SpanField.EndTime: return [AttributeValue.Of((long)s.EndTimes[span])];
            case SpanField.Duration: return [AttributeValue.Of((long)s.Duration(span))];
            case SpanField.ServiceName: return [AttributeValue.Of(b.Text(b.ServiceName(span)))];
            case SpanField.ScopeName: return [AttributeValue.Of("test")];
            case SpanField.ScopeVersion: return [AttributeValue.Of("1.0")];
            case SpanField.IsRoot: return [AttributeValue.Of(s.ParentSpanIds[span].IsEmpty)];
        }
        var owners = new List<RowRange>();
        void Add(AttributeScope scope, IEnumerable<RowRange> rows)
        {
            if (field.Scope.HasFlag(scope))
            {
                owners.AddRange(rows);
            }
        }
        Add(AttributeScope.Span, [s.Attributes[span]]);
        Add(AttributeScope.Resource, [b.Resources.Attributes[s.Resources[span]]]);
        Add(AttributeScope.Scope, [b.Scopes.Attributes[s.Scopes[span]]]);
        Add(AttributeScope.Event, Enumerable.Range(s.Events[span].Start, s.Events[span].Count).Select(i => b.Events.Attributes[i]));
        Add(AttributeScope.Link, Enumerable.Range(s.Links[span].Start, s.Links[span].Count).Select(i => b.Links.Attributes[i]));
        return owners.SelectMany(o => Enumerable.Range(o.Start, o.Count)).Where(i => b.Text(b.Attributes.Keys[i]) == field.Key).Select(b.Value);
    }
}
