using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Testing;

namespace Clew.Core.Tests.Columns;

public class SpanContentTests
{
    [Fact]
    public void Spans_are_the_same_exactly_where_they_print_the_same()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var left = new SpanGenerator(seed).Batch(12, traces: 1);
            var right = new SpanGenerator(seed % 2 == 0 ? seed : seed + 1).Batch(12, traces: 1);
            for (int a = 0; a < left.Count; a++)
            {
                for (int b = 0; b < right.Count; b++)
                {
                    Assert.Equal(SpanText.Line(left, a) == SpanText.Line(right, b), SpanContent.Same(left, a, right, b));
                }
            }
        }
    }

    public static TheoryData<string, Action<SpanBatchBuilder>> Changes => new()
    {
        { "trace id", b => b.Batch.Spans.TraceIds[0] = new TraceId(9, 9) },
        { "span id", b => b.Batch.Spans.SpanIds[0] = new SpanId(9) },
        { "parent", b => b.Batch.Spans.ParentSpanIds[0] = new SpanId(9) },
        { "kind", b => b.Batch.Spans.Kinds[0] = SpanKind.Consumer },
        { "name", b => b.Batch.Spans.Names[0] = b.Id("changed") },
        { "start", b => b.Batch.Spans.StartTimes[0]++ },
        { "end", b => b.Batch.Spans.EndTimes[0]++ },
        { "status", b => b.Batch.Spans.StatusCodes[0] = StatusCode.Ok },
        { "status message", b => b.Batch.Spans.StatusMessages[0] = b.Id("changed") },
        { "trace state", b => b.Batch.Spans.TraceStates[0] = b.Id("changed") },
        { "flags", b => b.Batch.Spans.Flags[0]++ },
        { "dropped attributes", b => b.Batch.Spans.DroppedAttributesCounts[0]++ },
        { "dropped events", b => b.Batch.Spans.DroppedEventsCounts[0]++ },
        { "dropped links", b => b.Batch.Spans.DroppedLinksCounts[0]++ },
        { "attribute key", b => b.Batch.Attributes.Keys[b.Batch.Spans.Attributes[0].Start] = b.Id("changed") },
        { "attribute value", b => b.Batch.Attributes.Values[b.Batch.Spans.Attributes[0].Start] = b.Id("changed") },
        { "attribute type", b => b.Batch.Attributes.Types[b.Batch.Spans.Attributes[0].Start] = AttributeType.Bytes },
        { "attribute count", b => b.Batch.Spans.Attributes[0] = default },
        { "events", b => b.Batch.Spans.Events[0] = default },
        { "event time", b => b.Batch.Events.Times[0]++ },
        { "event name", b => b.Batch.Events.Names[0] = b.Id("changed") },
        { "event attributes", b => b.Batch.Events.Attributes[0] = default },
        { "event dropped", b => b.Batch.Events.DroppedAttributesCounts[0]++ },
        { "links", b => b.Batch.Spans.Links[0] = default },
        { "link trace", b => b.Batch.Links.TraceIds[0] = new TraceId(9, 9) },
        { "link span", b => b.Batch.Links.SpanIds[0] = new SpanId(9) },
        { "link state", b => b.Batch.Links.TraceStates[0] = b.Id("changed") },
        { "link flags", b => b.Batch.Links.Flags[0]++ },
        { "link attributes", b => b.Batch.Links.Attributes[0] = default },
        { "link dropped", b => b.Batch.Links.DroppedAttributesCounts[0]++ },
        { "resource", b => b.Batch.Resources.Attributes[0] = default },
        { "resource schema", b => b.Batch.Resources.SchemaUrls[0] = b.Id("changed") },
        { "resource dropped", b => b.Batch.Resources.DroppedAttributesCounts[0]++ },
        { "scope name", b => b.Batch.Scopes.Names[0] = b.Id("changed") },
        { "scope version", b => b.Batch.Scopes.Versions[0] = b.Id("changed") },
        { "scope schema", b => b.Batch.Scopes.SchemaUrls[0] = b.Id("changed") },
        { "scope dropped", b => b.Batch.Scopes.DroppedAttributesCounts[0]++ },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void Every_field_counts(string field, Action<SpanBatchBuilder> change)
    {
        var left = Full();
        var right = Full();
        Assert.True(SpanContent.Same(left.Batch, 0, right.Batch, 0));
        change(right);
        Assert.False(SpanContent.Same(left.Batch, 0, right.Batch, 0), field);
        Assert.False(SpanContent.Same(right.Batch, 0, left.Batch, 0), field);
        Assert.NotEqual(SpanText.Line(left.Batch, 0), SpanText.Line(right.Batch, 0));
    }

    private static SpanBatchBuilder Full()
    {
        var builder = new SpanBatchBuilder();
        int row = builder.Span(1, 2, 3, attributes: ("key", "value"));
        var batch = builder.Batch;
        var eventAttributes = builder.Attributes(("e", 1));
        int e = batch.Events.AddRow();
        batch.Events.Times[e] = 5;
        batch.Events.Names[e] = builder.Id("event");
        batch.Events.Attributes[e] = eventAttributes;
        batch.Events.DroppedAttributesCounts[e] = 0;
        batch.Spans.Events[row] = new RowRange(e, 1);
        var linkAttributes = builder.Attributes(("l", 1));
        int l = batch.Links.AddRow();
        batch.Links.TraceIds[l] = new TraceId(1, 2);
        batch.Links.SpanIds[l] = new SpanId(3);
        batch.Links.TraceStates[l] = 0;
        batch.Links.Flags[l] = 0;
        batch.Links.Attributes[l] = linkAttributes;
        batch.Links.DroppedAttributesCounts[l] = 0;
        batch.Spans.Links[row] = new RowRange(l, 1);
        return builder;
    }
}
