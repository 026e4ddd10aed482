using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Core.Tests.Scan;

/// <summary>Partial results add up to the whole, whatever the order, and bounds are kept and told.</summary>
public sealed class AggregateResultTests
{
    private static readonly FieldReference Duration = FieldReference.Of(SpanField.Duration);

    private static readonly SpanAggregation Request = new()
    {
        Tenant = Tenant.Default,
        Range = TimeRange.All,
        GroupBy = [FieldReference.Attribute("a"), FieldReference.Of(SpanField.Kind)],
        BucketWidth = 60,
        Measures = [Measure.Count, new(AggregateFunction.Min, Duration), Measure.Quantile(Duration, 0.5), new(AggregateFunction.Max, Duration), Measure.Quantile(Duration, 0.99), Measure.Errors],
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void PartsAddUpToTheWhole(int seed)
    {
        var random = new Random(seed);
        AggregateResult[] parts = [.. Enumerable.Range(0, 4).Select(_ => new AggregateResult(Request, 10_000))];
        var whole = new AggregateResult(Request, 10_000);
        for (int i = 0; i < 20_000; i++)
        {
            var key = new GroupKey((ulong)random.Next(3) * 60, [Value(random), AttributeValue.Of((long)random.Next(3))]);
            double number = random.NextInt64(1L << random.Next(62));
            foreach (var result in (AggregateResult[])[whole, parts[random.Next(parts.Length)]])
            {
                var figures = Assert.NotNull(result.Open(key));
                figures.Fold(0, 1);
                for (int m = 1; m < 5; m++)
                {
                    figures.Fold(m, number);
                }
            }
        }
        var merged = new AggregateResult(Request, 10_000);
        foreach (var part in parts.Reverse())
        {
            var before = Lines(part);
            merged.Merge(part);
            Assert.Equal(before, Lines(part));
        }
        Assert.Equal(Lines(whole), Lines(merged));
        Assert.Equal(whole.Count, whole.Groups.Count);
        Assert.True(whole.AllocatedBytes > 0);
    }

    [Fact]
    public void GroupsPastTheBoundAreLeftOutAndTold()
    {
        var small = new AggregateResult(Request, 3);
        for (int i = 0; i < 10; i++)
        {
            var key = new GroupKey(0, [AttributeValue.Of($"value {i % 5}"), AttributeValue.Of(1L)]);
            Assert.Equal(i % 5 < 3, small.Open(key) is not null);
        }
        Assert.Equal(3, small.Count);
        Assert.True(small.GroupsLeftOut);
        var into = new AggregateResult(Request, 10);
        into.Merge(small);
        Assert.True(into.GroupsLeftOut);
    }

    [Fact]
    public void AQuantileOfNothingIsNoNumber()
    {
        var result = new AggregateResult(Request, 3);
        var figures = Assert.NotNull(result.Open(new GroupKey(0, [AttributeValue.Empty, AttributeValue.Empty])));
        Assert.True(double.IsNaN(figures[2]));
        Assert.Equal(double.PositiveInfinity, figures[1]);
        figures.Fold(2, double.NaN);
        Assert.True(double.IsNaN(figures[2]));
        figures.Fold(2, -5);
        Assert.Equal(0, figures[2]);
    }

    [Fact]
    public void AMeasureWithoutItsFieldIsRefused() =>
        Assert.Throws<ArgumentException>(() => new AggregateResult(Request with { Measures = [new(AggregateFunction.Sum)] }, 3));

    private static List<string> Lines(AggregateResult result) => [.. result.Groups
        .Select(group => $"{group.Key.Bucket} {string.Join('|', group.Key.Values.Select(value => $"{value.Type} {value}"))}: {string.Join(' ', group.Value.ToArray())}")
        .Order(StringComparer.Ordinal)];

    private static AttributeValue Value(Random random) => random.Next(6) switch
    {
        0 => AttributeValue.Empty,
        1 => AttributeValue.Of(random.Next(5).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        2 => AttributeValue.Of((long)random.Next(5)),
        3 => AttributeValue.Of(random.Next(5) / 2.0),
        4 => AttributeValue.Of(AttributeType.Bytes, [(byte)('0' + random.Next(5))]),
        _ => AttributeValue.Of(random.Next(2) == 0),
    };
}
