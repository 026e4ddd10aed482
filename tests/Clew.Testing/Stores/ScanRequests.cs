using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Testing.Stores;

/// <summary>Draws conditions over what <see cref="SpanGenerator"/> generates, the same for the same seed.</summary>
public sealed class ScanRequests(Random random, ulong now)
{
    private static readonly SpanField[] Fields = [.. Enum.GetValues<SpanField>().Where(field => field != SpanField.Attribute)];

    private static readonly string[] Keys =
    [
        "http.request.method", "http.response.status_code", "user.id", "db.query.text", "flag", "blob", "list", "map",
        "service.name", "exception.type", "n", "link.kind", "rare.7", "absent",
    ];

    private static readonly AttributeValue[] Wanted =
    [
        AttributeValue.Of("GET"), AttributeValue.Of(""), AttributeValue.Of("42"), AttributeValue.Of("Timeout"), AttributeValue.Of("batch"),
        AttributeValue.Of("storefront"), AttributeValue.Of("GET /"), AttributeValue.Of("SELECT"), AttributeValue.Of("it failed"),
        AttributeValue.Of("test"), AttributeValue.Of("1.0"), AttributeValue.Of("true"), AttributeValue.Of("0.5"), AttributeValue.Of("NaN"),
        AttributeValue.Of("2"), AttributeValue.Of("value 3"),
        AttributeValue.Of(0L), AttributeValue.Of(1L), AttributeValue.Of(2L), AttributeValue.Of(42L), AttributeValue.Of(200L),
        AttributeValue.Of(1_000_000_000L), AttributeValue.Of(long.MaxValue), AttributeValue.Of(long.MinValue),
        AttributeValue.Of(0.5), AttributeValue.Of(double.NaN), AttributeValue.Of(2.0), AttributeValue.Of(double.PositiveInfinity),
        AttributeValue.Of(true), AttributeValue.Of(false), AttributeValue.Empty, AttributeValue.Of(AttributeType.Array, []),
        AttributeValue.Of(AttributeType.Bytes, [0, 255, 7]),
    ];

    public IReadOnlyList<SpanPredicate> Predicates() => [.. Enumerable.Range(0, random.Next(4)).Select(_ => Predicate(0))];

    public TimeRange Range() => random.Next(4) switch
    {
        0 => new TimeRange(now, now + 30_000_000_000),
        1 => new TimeRange(now + (ulong)random.NextInt64(60_000_000_000), ulong.MaxValue),
        2 => new TimeRange(0, 1),
        _ => TimeRange.All,
    };

    public FieldReference Field() => random.Next(2) == 0
        ? FieldReference.Of(Pick(Fields))
        : FieldReference.Attribute(Pick(Keys), random.Next(2) == 0 ? AttributeScope.Any : (AttributeScope)random.Next(1, 32));

    public SpanAggregation Aggregation(Tenant tenant) => new()
    {
        Tenant = tenant,
        Range = Range(),
        Predicates = random.Next(2) == 0 ? [] : Predicates(),
        GroupBy = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Field())],
        BucketWidth = random.Next(2) == 0 ? 0 : 10_000_000_000UL,
        Measures =
        [
            Measure.Count,
            new Measure(AggregateFunction.Sum, Field()),
            new Measure(AggregateFunction.Min, FieldReference.Of(SpanField.Duration)),
            new Measure(AggregateFunction.Max, Field()),
            Measure.Errors,
            Measure.Quantile(FieldReference.Of(SpanField.Duration), random.NextDouble()),
            Measure.Quantile(Field(), 0.5),
            Measure.Quantile(FieldReference.Of(SpanField.Duration), 0.99),
        ],
    };

    private SpanPredicate Predicate(int depth) => depth < 2 && random.Next(4) == 0
        ? new AnyOf([.. Enumerable.Range(0, random.Next(4)).Select(_ => Predicate(depth + 1))])
        : new Comparison(Field(), (ComparisonOperator)random.Next(8), Pick(Wanted));

    private T Pick<T>(T[] items) => items[random.Next(items.Length)];
}
