using System.Globalization;
using System.Text.Json;
using Clew.Analysis.CriticalPath;
using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Testing;
using Tree = Clew.Analysis.SpanTrees.SpanTree;

namespace Clew.Analysis.Tests.CriticalPath;

public class PathCasesTests
{
    private readonly SpanBatchBuilder trace = new();

    public static TheoryData<int> Cases => [.. Enumerable.Range(1, 12)];

    /// <summary>The cases that CRISP (Uber, USENIX ATC '22) publishes; they lie beside the repository where they are at hand.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_published_case_comes_out_as_published(int number)
    {
        string? directory = FindShared();
        Assert.SkipWhen(directory is null, "../shared/data/critical-path is not there.");
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(directory!, number.ToString(CultureInfo.InvariantCulture) + ".json")));
        var batch = Read(file.RootElement.GetProperty("data")[0]);
        var testing = file.RootElement.GetProperty("testing");
        var expected = (testing.ValueKind == JsonValueKind.Array ? testing[0] : testing.GetProperty("opTimeExclusive")).EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => entry.Value.GetUInt64());
        var tree = Tree.Build(batch);
        ulong[] times = Times(batch);
        var actual = Enumerable.Range(0, tree.Count)
            .GroupBy(i => $"[{batch.Text(batch.ServiceName(tree.Rows[i]))}] {batch.Text(batch.Spans.Names[tree.Rows[i]])}")
            .ToDictionary(group => group.Key, group => group.Aggregate(0UL, (sum, i) => sum + times[i]));
        // What is not named is not on the path.
        Assert.Equal(
            expected.Where(entry => entry.Value > 0).OrderBy(entry => entry.Key, StringComparer.Ordinal),
            actual.Where(entry => entry.Value > 0).OrderBy(entry => entry.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void A_consumer_does_not_hold_up_its_producer()
    {
        trace.Span(1, 1, start: 0, end: 100, service: "a", kind: SpanKind.Server);
        trace.Span(1, 2, 1, start: 10, end: 20, service: "a", kind: SpanKind.Producer);
        trace.Span(1, 3, 2, start: 12, end: 90, service: "b", kind: SpanKind.Consumer);
        Assert.Equal([90ul, 10, 0], Times(trace.Batch));
    }

    [Fact]
    public void A_consumer_of_the_callers_own_service_does_unless_it_was_sent_a_message()
    {
        trace.Span(1, 1, start: 0, end: 100, service: "a");
        trace.Span(1, 2, 1, start: 10, end: 30, service: "a", kind: SpanKind.Consumer); // polls
        trace.Span(1, 3, 1, start: 40, end: 60, service: "b", kind: SpanKind.Consumer); // is sent to, elsewhere
        Assert.Equal([80ul, 20, 0], Times(trace.Batch));
    }

    [Fact]
    public void A_call_that_somebody_else_answers_a_message_with_does_not_hold_up_the_producer()
    {
        trace.Span(1, 1, start: 0, end: 100, service: "a", kind: SpanKind.Producer);
        trace.Span(1, 2, 1, start: 0, end: 10, service: "a"); // serialises
        trace.Span(1, 3, 1, start: 20, end: 90, service: "b", kind: SpanKind.Server);
        Assert.Equal([90ul, 10, 0], Times(trace.Batch));
    }

    [Fact]
    public void Of_calls_side_by_side_the_last_to_end_counts()
    {
        trace.Span(1, 1, start: 0, end: 100);
        trace.Span(1, 2, 1, start: 10, end: 80);
        trace.Span(1, 3, 1, start: 10, end: 90);
        Assert.Equal([20ul, 0, 80], Times(trace.Batch));
    }

    [Fact]
    public void A_server_that_ends_a_hair_after_its_client_is_not_cut()
    {
        trace.Span(1, 1, start: 0, end: 1000, kind: SpanKind.Client);
        trace.Span(1, 2, 1, start: 0, end: 1010, kind: SpanKind.Server, service: "b");
        trace.Span(1, 3, 2, start: 1000, end: 1010, service: "b");
        Assert.Equal([0ul, 990, 10], Times(trace.Batch));
    }

    [Fact]
    public void Without_a_root_what_nobody_accounts_for_is_nobodys()
    {
        trace.Span(1, 2, 99, start: 10, end: 40);
        trace.Span(1, 3, 98, start: 60, end: 100);
        var tree = Tree.Build(trace.Batch);
        var timeline = new Timeline();
        timeline.Read(trace.Batch, tree);
        var finder = new PathFinder();
        finder.Find(tree, timeline, withSections: true);
        Assert.Equal([new PathSection(0, 10, 40), new PathSection(-1, 40, 60), new PathSection(1, 60, 100)], finder.Sections.ToArray());
    }

    [Fact]
    public void Spans_without_duration_and_times_of_other_centuries_are_no_trouble()
    {
        trace.Span(1, 1, start: 5, end: ulong.MaxValue);
        trace.Span(1, 2, 1, start: ulong.MaxValue - 10, end: ulong.MaxValue);
        trace.Span(1, 3, 1, start: 0, end: 3);
        trace.Span(1, 4, 1, start: 9, end: 9);
        trace.Span(1, 5, 1, start: 9, end: 7);
        ulong[] times = Times(trace.Batch);
        Assert.Equal(ulong.MaxValue - 5, times.Aggregate(0UL, (sum, time) => sum + time));
        Assert.Equal(10ul, times[^1]);
    }

    [Fact]
    public void A_chain_and_a_fan_of_a_million_spans_are_ordinary()
    {
        const int Count = 1_000_000;
        for (int i = 1; i <= Count; i++)
        {
            trace.Span(1, (ulong)i, (ulong)i - 1, start: (ulong)i, end: (2ul * Count) - (ulong)i + 1);
        }
        ulong[] chain = Times(trace.Batch);
        Assert.Equal(2ul, chain[0]);
        Assert.Equal((2ul * Count) - 1, chain.Aggregate(0UL, (sum, time) => sum + time));
        var fan = new SpanBatchBuilder();
        fan.Span(1, 1, start: 0, end: 10ul * Count);
        for (int i = 2; i <= Count; i++)
        {
            fan.Span(1, (ulong)i, 1, start: 10ul * (ulong)i % (9ul * Count), end: (10ul * (ulong)i % (9ul * Count)) + 4);
        }
        Assert.Equal(10ul * Count, Times(fan.Batch).Aggregate(0UL, (sum, time) => sum + time));
    }

    private static ulong[] Times(SpanBatch batch)
    {
        var tree = Tree.Build(batch);
        var timeline = new Timeline();
        timeline.Read(batch, tree);
        var finder = new PathFinder();
        finder.Find(tree, timeline);
        return finder.Times.ToArray();
    }

    private static SpanBatch Read(JsonElement trace)
    {
        var builder = new SpanBatchBuilder();
        var ids = new Dictionary<string, ulong>();
        foreach (var span in trace.GetProperty("spans").EnumerateArray())
        {
            var references = span.GetProperty("references");
            ulong start = span.GetProperty("startTime").GetUInt64();
            builder.Span(
                1, Id(span.GetProperty("spanID").GetString()!),
                references.GetArrayLength() == 0 ? 0 : Id(references[0].GetProperty("spanID").GetString()!),
                name: span.GetProperty("operationName").GetString()!,
                service: trace.GetProperty("processes").GetProperty(span.GetProperty("processID").GetString()!).GetProperty("serviceName").GetString()!,
                start: start, end: start + span.GetProperty("duration").GetUInt64());
        }
        return builder.Batch;

        ulong Id(string name) => ids.TryGetValue(name, out ulong id) ? id : ids[name] = (ulong)ids.Count + 1;
    }

    private static string? FindShared()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string shared = Path.Combine(directory.FullName, "shared", "data", "critical-path");
            if (Directory.Exists(shared))
            {
                return shared;
            }
        }
        return null;
    }
}
