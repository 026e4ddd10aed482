using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Load.Limits;
using Clew.Load.Payloads;

namespace Clew.Load.Tests.Payloads;

/// <summary>What a plan sends is read back with Clew's own reader.</summary>
public class LoadPlanTests
{
    private const ulong Now = 1_800_000_000_000_000_000;

    [Theory]
    [InlineData(LoadShape.Whole, 2_000)]
    [InlineData(LoadShape.Spread, 12_000)]
    internal void EveryTraceOfAPlanArrivesWholeWithItsParentsAndFreshIds(LoadShape shape, int spans)
    {
        var plan = new LoadPlan(shape, seed: 7);
        plan.Extend(spans);
        var sent = Read(plan);

        Assert.Equal(spans, sent.Sum(trace => trace.Value.Count));
        Assert.Equal(spans, sent.SelectMany(trace => trace.Value).Select(span => span.Id).Distinct().Count());
        Assert.All(sent.Values, trace =>
        {
            Assert.InRange(trace.Count, 10, 20);
            var ids = trace.Select(span => span.Id).ToHashSet();
            Assert.Single(trace, span => span.Parent.IsEmpty);
            Assert.All(trace, span => Assert.True(span.Parent.IsEmpty || ids.Contains(span.Parent)));
            Assert.All(trace, span => Assert.InRange(span.End, span.Start, Now));
            Assert.Single(trace.Select(span => span.Order).Distinct());
        });
        Assert.Equal(sent.Count, sent.Values.Select(trace => trace[0].Order).Distinct().Count());
        for (ulong i = 0; i < 50; i++)
        {
            var (values, sample) = plan.Trace(i);
            Assert.True(TraceId.TryParse(values.IdText, out var id));
            Assert.Equal(sample.Spans.Length, sent[id].Count);
            Assert.Equal(values.OrderText, sent[id][0].Order);
        }
    }

    [Fact]
    internal void SpreadTracesComeInPayloadsOfOneServiceEach()
    {
        var plan = new LoadPlan(LoadShape.Spread, seed: 7);
        Assert.All(plan.Payloads.SelectMany(parts => parts), template =>
        {
            var batch = Batch(Patched(template, plan.Seed, 0, Now));
            Assert.Equal(LoadPlan.SpansPerPayload, batch.Count);
            Assert.Equal(1, batch.Resources.Count);
            Assert.InRange(batch.Resources.Attributes[0].Count, 5, 11);
        });
    }

    [Theory]
    [InlineData(LoadShape.Whole)]
    [InlineData(LoadShape.Spread)]
    internal void SpansAreAsLargeAndAsRichAsThoseThePeersWereMeasuredWith(LoadShape shape)
    {
        var plan = new LoadPlan(shape, seed: 1);
        Assert.InRange(plan.BytesPerSpan, 430, 456);
        var batch = Batch(Patched(plan.Payloads[0][0], plan.Seed, 0, Now));
        Assert.All(Enumerable.Range(0, batch.Count), row => Assert.Equal(10, batch.Spans.Attributes[row].Count));
        Assert.Equal(Vocabulary.Statements, Enumerable.Range(0, 36).SelectMany(i => Vocabulary.StatementsOf(i / 3, i % 3)).Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    internal void TheSameSeedMakesTheSameLoadAndAnotherOneAnother()
    {
        static string All(int seed)
        {
            var plan = new LoadPlan(LoadShape.Whole, seed);
            plan.Extend(1_000);
            return string.Join('\n', Read(plan).OrderBy(trace => trace.Key).SelectMany(trace => trace.Value));
        }
        Assert.Equal(All(3), All(3));
        Assert.NotEqual(All(3), All(4));
    }

    [Fact]
    internal void AnEndedPlanStillSendsAllPartsOfTheBlocksThatBegan()
    {
        var plan = new LoadPlan(LoadShape.Spread, seed: 5);
        plan.Extend(long.MaxValue);
        for (int i = 0; i < 40; i++)
        {
            Assert.True(plan.TryTake(Now, out _));
        }
        plan.End();
        int rest = 0;
        while (plan.TryTake(Now, out _))
        {
            rest++;
        }
        Assert.Equal(plan.Blocks * plan.Parts, 40 + rest);
    }

    [Fact]
    internal void TheBareWalkVisitsEveryField()
    {
        var wire = new WireBuffer();
        var scope = new WireBuffer();
        var span = new WireBuffer();
        span.Text(5, "name");
        span.Attribute(9, "key", 7); // the attribute, its key, its value, the number
        scope.Bytes(2, span.ToArray());
        var resource = new WireBuffer();
        resource.Bytes(2, scope.ToArray());
        wire.Bytes(1, resource.ToArray());
        Assert.Equal(8, WireWalk.Count(wire.ToArray()));
    }

    private static Dictionary<TraceId, List<SentSpan>> Read(LoadPlan plan)
    {
        var traces = new Dictionary<TraceId, List<SentSpan>>();
        while (plan.TryTake(Now, out var payload))
        {
            var template = plan.Payloads[payload.Variant][payload.Part];
            var batch = Batch(Patched(template, plan.Seed, payload.FirstTrace, payload.Time));
            var spans = batch.Spans;
            for (int row = 0; row < batch.Count; row++)
            {
                var own = spans.Attributes[row];
                string order = Enumerable.Range(own.Start, own.Count).Where(i => batch.Text(batch.Attributes.Keys[i]) == "order.id").Select(i => batch.Value(i).ToString()).Single();
                if (!traces.TryGetValue(spans.TraceIds[row], out var trace))
                {
                    traces.Add(spans.TraceIds[row], trace = []);
                }
                trace.Add(new SentSpan(spans.SpanIds[row], spans.ParentSpanIds[row], spans.StartTimes[row], spans.EndTimes[row], order));
            }
        }
        return traces;
    }

    private static byte[] Patched(PayloadTemplate template, ulong seed, long firstTrace, ulong time)
    {
        byte[] bytes = [.. template.Bytes];
        Patcher.Apply(bytes, template.Patches, seed, firstTrace, time);
        return bytes;
    }

    private static SpanBatch Batch(byte[] payload)
    {
        var batch = new SpanBatch();
        var result = new OtlpProtobufReader(new OtlpOptions()).Read(payload, batch);
        Assert.Null(result.Error);
        return batch;
    }

    private sealed record SentSpan(SpanId Id, SpanId Parent, ulong Start, ulong End, string Order);
}
