using Clew.Analysis.Edges;
using Clew.Analysis.Red;
using Clew.Analysis.Series;
using Clew.Analysis.Tests.Series;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Testing;

namespace Clew.Analysis.Tests.Edges;

/// <summary>The counter against <see cref="SlowEdges"/> on generated traces.</summary>
public sealed class EdgePropertyTests
{
    private static readonly string[] Services = ["shop", "pricing", "order", "mail", ""];

    private static readonly (string Key, object? Value)[] Facts =
    [
        ("db.system.name", "postgresql"), ("db.system", "redis"), ("db.namespace", "items"), ("db.name", "old"), ("db.system", 7),
        ("messaging.system", "kafka"), ("messaging.destination.name", "orders"), ("messaging.destination", "mails"),
        ("messaging.destination.template", "{user}"), ("messaging.operation.type", "receive"), ("messaging.operation.type", "settle"),
        ("messaging.operation", "create"), ("messaging.operation", "process"), ("messaging.operation.type", ""),
        ("rpc.system", "grpc"), ("rpc.system.name", "connect"), ("rpc.service", "bank.Accounts"),
        ("http.request.method", "GET"), ("http.method", "POST"), ("url.full", "https://u:p@host-a:8443/x?y=1"), ("http.url", "http://host-b/"),
        ("http.host", "host-c:80"), ("service.peer.name", "partner"), ("peer.service", "bank"), ("server.address", "host-d"),
        ("net.peer.name", "host-e"), ("network.peer.address", "10.0.0.1"), ("net.peer.ip", "10.0.0.2"), ("net.sock.peer.name", "host-f"),
        ("net.sock.peer.addr", "10.0.0.3"), ("user.id", "u1"), ("flag", true),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void EdgesAreThoseOfTheSlowRules(int seed)
    {
        var random = new Random(seed);
        var counter = new EdgeCounter(new SeriesLimits(1000, 1000));
        var delta = new SeriesDelta();
        for (int round = 0; round < 2000; round++)
        {
            var traces = ClosedTraces.Of(Generate(random));
            delta.Clear();
            counter.Count(traces, delta);
            Assert.Equal(new SlowEdges(traces).Lines(), EdgeText.Of(delta));
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void ClassesOfSpansChangeNothing(int seed)
    {
        var random = new Random(seed);
        var edges = new EdgeCounter(new SeriesLimits(1000, 1000));
        var red = new RedCounter(new SeriesLimits(1000, 1000));
        var delta = new SeriesDelta();
        for (int round = 0; round < 1000; round++)
        {
            var traces = ClosedTraces.Of(Generate(random));
            delta.Clear();
            red.Count(traces.Spans, delta, areKept: true);
            var operations = EdgeText.Of(delta);
            SetClasses(traces.Spans, random);
            delta.Clear();
            red.Count(traces.Spans, delta, areKept: true);
            Assert.Equal(operations, EdgeText.Of(delta));
            delta.Clear();
            edges.Count(traces, delta);
            Assert.Equal(new SlowEdges(traces).Lines(), EdgeText.Of(delta));
        }
    }

    /// <summary>Gives spans that have in common what spans of a class do the same number; some have none.</summary>
    private static void SetClasses(SpanBatch batch, Random random)
    {
        var s = batch.Spans;
        var numbers = new Dictionary<string, int>();
        for (int row = random.Next(3); row < s.Count; row++)
        {
            var attributes = s.Attributes[row];
            string keys = string.Join(' ', Enumerable.Range(attributes.Start, attributes.Count).Select(i => $"{batch.Attributes.Keys[i]}:{batch.Attributes.Types[i]}"));
            string common = $"{s.Names[row]} {s.Kinds[row]} {s.StatusCodes[row]} {s.Resources[row]} {s.Scopes[row]} {keys}";
            numbers.TryAdd(common, random.Next(4) == 0 ? 0 : 1 + (numbers.Count * 7));
            s.SetClass(row, numbers[common]);
        }
    }

    [Fact]
    public void CountingBatchAfterBatchAllocatesNothing()
    {
        var random = new Random(5);
        TraceBatch[] batches = [.. Enumerable.Range(0, 50).Select(_ => ClosedTraces.Of(Generate(random)))];
        var counter = new EdgeCounter(new SeriesLimits(1000, 1000));
        var delta = new SeriesDelta();
        long before = 0;
        for (int round = 0; round < 12; round++)
        {
            if (round == 4)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }
            foreach (var traces in batches)
            {
                delta.Clear();
                counter.Count(traces, delta);
            }
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void AFloodOfHostsFoldsAndIsCounted()
    {
        var spans = new SpanBatchBuilder();
        for (ulong i = 1; i <= 500; i++)
        {
            spans.Span(i, i, service: "crawler", kind: SpanKind.Client, attributes: ("url.full", $"https://host-{i}.example/"));
        }
        spans.Span(1000, 1, service: "crawler", kind: SpanKind.Client);
        spans.Span(1000, 2, 1, service: "index", kind: SpanKind.Server);
        var counter = new EdgeCounter(new SeriesLimits(10, 20));
        var delta = new SeriesDelta();
        counter.Count(ClosedTraces.Of(spans.Batch), delta);
        string[] edges = EdgeText.Of(delta);
        Assert.Equal(20 + 1 + 2, edges.Length);
        Assert.Contains("crawler > (other) http client_only 480", edges);
        Assert.Contains("crawler > index other server 1", edges);
        Assert.Equal(480, counter.Folded);
        Assert.Equal(["crawler"], counter.FoldedServices);
    }

    private static SpanBatch Generate(Random random)
    {
        var builder = new SpanBatchBuilder();
        int traces = random.Next(1, 5);
        bool sharesIds = random.Next(2) == 0; // then without cycles: ParentRows says why
        for (ulong trace = 1; trace <= (ulong)traces; trace++)
        {
            int spans = random.Next(1, 12);
            for (ulong id = 1; id <= (ulong)spans; id++)
            {
                ulong parent = random.Next(6) switch { 0 => 0, 1 => 99, _ => (ulong)random.Next(1, sharesIds ? (int)id + 1 : spans + 1) };
                var kind = (SpanKind)random.Next(6);
                string service = Services[random.Next(Services.Length)];
                int row = builder.Span(
                    trace, id, parent == id ? 0 : parent, service: service, start: (ulong)random.Next(20), end: (ulong)random.Next(20, 40),
                    kind: kind, status: (StatusCode)random.Next(3),
                    attributes: [.. Enumerable.Range(0, random.Next(5)).Select(_ => Facts[random.Next(Facts.Length)])]);
                if (random.Next(8) == 0)
                {
                    builder.Batch.Spans.TraceStates[row] = builder.Id(random.Next(2) == 0 ? "ot=th:8" : "x=1,ot=rv:00000000000000;th:c");
                }
                if (random.Next(4) == 0)
                {
                    ClosedTraces.Link(builder.Batch, row, [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => ((ulong)random.Next(1, traces + 1), (ulong)random.Next(1, 12)))]);
                }
                if (sharesIds && kind == SpanKind.Client && random.Next(2) == 0)
                {
                    // The other half of the call under the same id.
                    builder.Span(trace, id, parent == id ? 0 : parent, service: Services[random.Next(Services.Length)], start: 10, end: 20, kind: SpanKind.Server);
                }
            }
        }
        return builder.Batch;
    }
}
