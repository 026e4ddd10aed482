using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Load.Payloads;
using Clew.Load.Replay;

namespace Clew.Load.Tests.Replay;

public sealed class ReplayPlanTests : IDisposable
{
    private const ulong Now = 1_800_000_000_000_000_000;

    private const string Trace = """
        {"data":[{"traceID":"ab","spans":[
        {"traceID":"ab","spanID":"1","operationName":"GET /hotels","references":[],"startTime":1000,"duration":500,"tags":[{"key":"span.kind","type":"string","value":"server"},{"key":"http.status_code","type":"int64","value":200}],"logs":[],"processID":"p1"},
        {"traceID":"ab","spanID":"2","operationName":"Nearby","references":[{"refType":"CHILD_OF","traceID":"ab","spanID":"1"}],"startTime":1100,"duration":100,"tags":[{"key":"error","type":"bool","value":true}],"logs":[{"timestamp":1150,"fields":[{"key":"event","type":"string","value":"retry"}]}],"processID":"p2"}],
        "processes":{"p1":{"serviceName":"frontend","tags":[{"key":"ip","type":"string","value":"10.0.0.1"}]},"p2":{"serviceName":"geo","tags":[]}}}]}
        """;

    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void ARecordedTraceIsSentWithItsShapeFreshIdsAndTimesThatEndNow()
    {
        File.WriteAllText(file, Trace.ReplaceLineEndings("") + "\n");
        var plan = ReplayPlan.Load(file, seed: 1);
        plan.Extend(4); // the recording twice
        var first = Next(plan);
        var second = Next(plan);
        Assert.False(plan.TryTake(Now, out _));

        Assert.Equal(["frontend", "geo"], Enumerable.Range(0, 2).Select(row => first.Text(first.ServiceName(row))));
        var spans = first.Spans;
        Assert.Equal(spans.SpanIds[0], spans.ParentSpanIds[1]);
        Assert.True(spans.ParentSpanIds[0].IsEmpty);
        Assert.Equal((500_000ul, 100_000ul, 100_000ul), (spans.Duration(0), spans.Duration(1), spans.StartTimes[1] - spans.StartTimes[0]));
        Assert.InRange(spans.EndTimes[0], Now - 60_000_000, Now);
        Assert.Equal((SpanKind.Server, StatusCode.Error), (spans.Kinds[0], spans.StatusCodes[1]));
        Assert.Equal(1, first.Events.Count);
        Assert.NotEqual(spans.TraceIds[0], second.Spans.TraceIds[0]);
    }

    [Fact]
    public void ATraceBeginsWithItsSpanThatHasNoParent()
    {
        File.WriteAllText(file, Trace.ReplaceLineEndings("") + "\n");
        var trace = RecordedTrace.Read(file).Single();
        Assert.True(trace.BeginsWith("GET /hotels"));
        Assert.False(trace.BeginsWith("Nearby"));
    }

    public void Dispose() => File.Delete(file);

    private static SpanBatch Next(LoadPlan plan)
    {
        Assert.True(plan.TryTake(Now, out var payload));
        var template = plan.Payloads[payload.Variant][payload.Part];
        byte[] bytes = [.. template.Bytes];
        Patcher.Apply(bytes, template.Patches, plan.Seed, payload.FirstTrace, payload.Time);
        var batch = new SpanBatch();
        Assert.Null(new OtlpProtobufReader(new OtlpOptions()).Read(bytes, batch).Error);
        return batch;
    }
}
