using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Query.Catalog;

/// <summary>Which services there are and what they do, counted over all sources.</summary>
public sealed class SpanCatalog(QueryEngine engine)
{
    private static readonly Measure[] Plain = [Measure.Count];
    private static readonly Measure[] Adjusted = [Measure.Count, Measure.AdjustedCount];

    /// <summary>Services with spans that start in the range, by name (ordinal).</summary>
    public ValueTask<CatalogAnswer<ServiceEntry>> ServicesAsync(QueryScope scope, TimeRange range, CancellationToken cancellationToken) =>
        ServicesAsync(scope, range, adjusted: false, cancellationToken);

    /// <summary>Services with spans that start in the range, by name (ordinal).</summary>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="range">Only spans that start in here.</param>
    /// <param name="adjusted">Whether to say how many spans they stand for; it costs a look at every span.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async ValueTask<CatalogAnswer<ServiceEntry>> ServicesAsync(QueryScope scope, TimeRange range, bool adjusted, CancellationToken cancellationToken)
    {
        var request = new SpanAggregation
        {
            Tenant = scope.Tenant,
            Range = range,
            GroupBy = [FieldReference.Of(SpanField.ServiceName)],
            Measures = adjusted ? Adjusted : Plain,
        };
        var (result, _, partial) = await engine.AggregateAsync(scope, request, cancellationToken);
        var entries = result.Groups.Select(g => new ServiceEntry(g.Key.Values[0].ToString(), (long)g.Value[0], adjusted ? g.Value[1] : null)).ToList();
        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return new CatalogAnswer<ServiceEntry>(entries, partial);
    }

    /// <summary>Span names with kinds, by name (ordinal), then kind.</summary>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="service">Only of this service; null for all.</param>
    /// <param name="kind">Only of this kind; null for all.</param>
    /// <param name="range">Only spans that start in here.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public ValueTask<CatalogAnswer<OperationEntry>> OperationsAsync(
        QueryScope scope, string? service, SpanKind? kind, TimeRange range, CancellationToken cancellationToken) =>
        OperationsAsync(scope, service, kind, range, adjusted: false, cancellationToken);

    /// <summary>Span names with kinds, by name (ordinal), then kind.</summary>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="service">Only of this service; null for all.</param>
    /// <param name="kind">Only of this kind; null for all.</param>
    /// <param name="range">Only spans that start in here.</param>
    /// <param name="adjusted">Whether to say how many spans they stand for; it costs a look at every span.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async ValueTask<CatalogAnswer<OperationEntry>> OperationsAsync(
        QueryScope scope, string? service, SpanKind? kind, TimeRange range, bool adjusted, CancellationToken cancellationToken)
    {
        var predicates = new List<SpanPredicate>();
        if (service is not null)
        {
            predicates.Add(new Comparison(FieldReference.Of(SpanField.ServiceName), ComparisonOperator.Equal, AttributeValue.Of(service)));
        }
        if (kind is { } k)
        {
            predicates.Add(new Comparison(FieldReference.Of(SpanField.Kind), ComparisonOperator.Equal, AttributeValue.Of((long)k)));
        }
        var request = new SpanAggregation
        {
            Tenant = scope.Tenant,
            Range = range,
            Predicates = predicates,
            GroupBy = [FieldReference.Of(SpanField.Name), FieldReference.Of(SpanField.Kind)],
            Measures = adjusted ? Adjusted : Plain,
        };
        var (result, _, partial) = await engine.AggregateAsync(scope, request, cancellationToken);
        var entries = result.Groups
            .Select(g => new OperationEntry(g.Key.Values[0].ToString(), (SpanKind)g.Key.Values[1].Bits, (long)g.Value[0], adjusted ? g.Value[1] : null))
            .ToList();
        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name) is var order and not 0 ? order : a.Kind.CompareTo(b.Kind));
        return new CatalogAnswer<OperationEntry>(entries, partial);
    }
}
