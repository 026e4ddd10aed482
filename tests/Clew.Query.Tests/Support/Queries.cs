using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Search;
using Clew.Testing;

namespace Clew.Query.Tests.Support;

internal static class Queries
{
    public static readonly QueryScope Scope = new(Tenant.Default);

    public static QueryEngine Engine(IReadOnlyList<ISpanSource> sources, QueryOptions? options = null, TimeProvider? time = null) =>
        new(sources, options ?? new QueryOptions(), time ?? new ManualTimeProvider());

    public static async Task<TracePage<(TracePosition Position, int Matched)>> Page(this QueryEngine engine, TraceQuery query) =>
        await engine.SearchAsync(Scope, query, t => (t.Position, t.MatchedSpans), CancellationToken.None);

    /// <summary>All pages of a search; every cursor travels as text.</summary>
    public static async Task<List<(TracePosition Position, int Matched)>> AllPages(this QueryEngine engine, TraceQuery query)
    {
        var found = new List<(TracePosition, int)>();
        TraceCursor? next = null;
        do
        {
            var page = await engine.Page(query with { After = next });
            Assert.Null(page.Partial);
            Assert.True(page.Next is null || page.Traces.Count == query.Limit, "A page with a page behind it is full.");
            found.AddRange(page.Traces);
            next = Travel(page.Next);
        }
        while (next is not null);
        return found;
    }

    public static TraceCursor? Travel(TraceCursor? cursor)
    {
        if (cursor is null)
        {
            return null;
        }
        Assert.True(TraceCursor.TryParse(cursor.ToString(), out var back));
        Assert.Equal(cursor.ToString(), back.ToString());
        return back;
    }

    public static Comparison Service(string name) =>
        new(FieldReference.Of(SpanField.ServiceName), ComparisonOperator.Equal, AttributeValue.Of(name));

    public static Comparison Attribute(string key, string text, AttributeScope scope = AttributeScope.Any) =>
        new(FieldReference.Attribute(key, scope), ComparisonOperator.EqualText, AttributeValue.Of(text));

    public static Comparison MinDuration(long nanoseconds) =>
        new(FieldReference.Of(SpanField.Duration), ComparisonOperator.GreaterOrEqual, AttributeValue.Of(nanoseconds));
}
