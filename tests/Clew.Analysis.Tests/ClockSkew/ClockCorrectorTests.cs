using Clew.Analysis.ClockSkew;
using Clew.Analysis.SpanTrees;
using Clew.Analysis.Tests.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Testing;
using FsCheck;
using FsCheck.Fluent;
using Tree = Clew.Analysis.SpanTrees.SpanTree;

namespace Clew.Analysis.Tests.ClockSkew;

public class ClockCorrectorTests
{
    private const ulong Ms = 1_000_000;
    private const ulong Base = 1_000_000 * Ms;

    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(1500).WithEndSize(1_000_000);

    private readonly SpanBatchBuilder trace = new();

    [Fact]
    public void Hosts_whose_clocks_differ_are_brought_together_again() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var (sent, truth) = Skewed(seed);
        var tree = Tree.Build(sent);
        var analyzer = new TraceAnalyzer();
        analyzer.Analyze(sent, tree);
        for (int i = 0; i < tree.Count; i++)
        {
            var id = sent.Spans.SpanIds[tree.Rows[i]];
            Assert.Equal(truth[id.Value], analyzer.Timeline.Starts[i]);
            Assert.Equal(sent.Spans.StartTimes[tree.Rows[i]] != truth[id.Value], tree.Notes[i].HasFlag(SpanNotes.ClockCorrected));
            Assert.False(tree.Notes[i].HasFlag(SpanNotes.OutsideParent));
        }
    }));

    [Fact]
    public void Nothing_depends_on_the_order_of_the_input() => Check.One(Config, Prop.ForAll<int, int>((seed, order) =>
    {
        var sent = seed % 2 == 0 ? Skewed(seed).Sent : Traces.Troubled(seed);
        Assert.Equal(Print(sent), Print(Traces.Shuffled(sent, order, copies: 1)));
    }));

    [Fact]
    public void Self_times_are_those_of_the_corrected_times() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var sent = Skewed(seed).Sent;
        var tree = Tree.Build(sent);
        var analyzer = new TraceAnalyzer();
        analyzer.Analyze(sent, tree);
        for (int i = 0; i < tree.Count; i++)
        {
            sent.Spans.StartTimes[tree.Rows[i]] = analyzer.Timeline.Starts[i];
            sent.Spans.EndTimes[tree.Rows[i]] = analyzer.Timeline.Ends[i];
        }
        var corrected = Tree.Build(sent);
        Assert.Equal(
            Enumerable.Range(0, tree.Count).Select(i => (tree.Rows[i], corrected.SelfTimes[Array.IndexOf(corrected.Rows, tree.Rows[i])])),
            Enumerable.Range(0, tree.Count).Select(i => (tree.Rows[i], tree.SelfTimes[i])));
    }));

    [Fact]
    public void A_server_outside_its_client_is_moved_to_its_middle_with_all_that_its_host_did()
    {
        Call(1, 0, 100, 10_020, 10_080);
        trace.Span(1, 3, 2, service: "b", start: Base + (10_030 * Ms), end: Base + (10_040 * Ms));
        Assert.Equal([0L, -10_000, -10_000], Shifts());
    }

    [Fact]
    public void Several_calls_between_two_hosts_agree_on_one_difference()
    {
        trace.Span(1, 100, service: "a", start: Base, end: Base + (1000 * Ms));
        Call(1, 0, 100, 1050, 1060, parent: 100); // −1050 … −960
        Call(3, 200, 300, 1205, 1210, parent: 100); // −1005 … −910
        Call(5, 400, 500, 1450, 1490, parent: 100); // −1050 … −990
        // All of them allow for −1005 … −990.
        Assert.Equal([0L, 0, -997, 0, -997, 0, -997], Shifts());
    }

    [Fact]
    public void Calls_that_contradict_each_other_stand_for_themselves()
    {
        trace.Span(1, 100, service: "a", start: Base, end: Base + (1000 * Ms));
        Call(1, 0, 100, 10, 20, parent: 100);
        Call(3, 200, 300, 1210, 1290, parent: 100);
        Assert.Equal([0L, 0, 0, 0, -1000], Shifts());
    }

    [Theory]
    [InlineData(SpanKind.Internal, SpanKind.Server)]
    [InlineData(SpanKind.Producer, SpanKind.Consumer)]
    [InlineData(SpanKind.Client, SpanKind.Internal)]
    public void Only_calls_with_both_ends_tell_of_clocks(SpanKind parent, SpanKind child)
    {
        trace.Span(1, 1, service: "a", start: Base, end: Base + (10 * Ms), kind: parent);
        trace.Span(1, 2, 1, service: "b", start: Base + (50 * Ms), end: Base + (60 * Ms), kind: child);
        Assert.Equal([0L, 0], Shifts());
    }

    [Fact]
    public void A_server_that_goes_on_after_its_clients_timeout_is_left_alone()
    {
        Call(1, 0, 100, 5, 500);
        Assert.Equal([0L, 0], Shifts());
    }

    [Fact]
    public void A_server_that_began_before_it_was_called_begins_with_its_client_where_it_is_too_long()
    {
        Call(1, 100, 200, 40, 500);
        Assert.Equal([0L, 60], Shifts());
    }

    [Fact]
    public void A_server_that_sticks_out_by_a_hair_is_left_alone()
    {
        trace.Span(1, 1, service: "a", start: Base, end: Base + Ms, kind: SpanKind.Client);
        trace.Span(1, 2, 1, service: "b", start: Base - 90_000, end: Base + 700_000, kind: SpanKind.Server);
        Assert.Equal([0L, 0], Shifts());
    }

    [Fact]
    public void A_message_from_a_moved_host_is_where_it_was()
    {
        Call(1, 0, 100, 10_020, 10_080);
        trace.Span(1, 3, 2, service: "b", start: Base + (10_030 * Ms), end: Base + (10_031 * Ms), kind: SpanKind.Producer);
        trace.Span(1, 4, 3, service: "c", start: Base + (90 * Ms), end: Base + (95 * Ms), kind: SpanKind.Consumer);
        Assert.Equal([0L, -10_000, -10_000, 0], Shifts());
    }

    [Fact]
    public void Services_of_one_host_have_one_clock()
    {
        var batch = trace.Batch;
        Call(1, 0, 100, 10_020, 10_080);
        foreach (bool sameHost in new[] { false, true })
        {
            batch.Spans.Resources[0] = batch.AddResource(trace.Attributes(("service.name", "a"), ("host.name", "h1")), 0, 0);
            batch.Spans.Resources[1] = batch.AddResource(trace.Attributes(("service.name", "b"), ("host.name", sameHost ? "h1" : "h2")), 0, 0);
            Assert.Equal([0L, sameHost ? 0 : -10_000], Shifts());
        }
    }

    [Fact]
    public void Times_at_the_ends_of_the_scale_are_no_trouble()
    {
        trace.Span(1, 1, service: "a", start: 0, end: 5 * Ms, kind: SpanKind.Client);
        trace.Span(1, 2, 1, service: "b", start: 1UL << 61, end: (1UL << 61) + 2, kind: SpanKind.Server);
        trace.Span(1, 3, 2, service: "b", start: 0, end: 2, kind: SpanKind.Client);
        trace.Span(1, 4, 3, service: "a", start: ulong.MaxValue - 1, end: ulong.MaxValue, kind: SpanKind.Server);
        var tree = Tree.Build(trace.Batch);
        new TraceAnalyzer().Analyze(trace.Batch, tree);
        Assert.All(Enumerable.Range(0, 4), i => Assert.True(tree.SelfTimes[i] <= 5 * Ms));
    }

    private void Call(ulong id, ulong start, ulong end, ulong serverStart, ulong serverEnd, ulong parent = 0)
    {
        trace.Span(1, id, parent, service: "a", start: Base + (start * Ms), end: Base + (end * Ms), kind: SpanKind.Client);
        trace.Span(1, id + 1, id, service: "b", start: Base + (serverStart * Ms), end: Base + (serverEnd * Ms), kind: SpanKind.Server);
    }

    /// <summary>Whole milliseconds by which spans are moved, in preorder.</summary>
    private long[] Shifts()
    {
        var tree = Tree.Build(trace.Batch);
        var timeline = new Timeline();
        timeline.Read(trace.Batch, tree);
        var clocks = new ClockCorrector();
        return clocks.Find(trace.Batch, tree, timeline)
            ? [.. clocks.Shifts.ToArray().Select(shift => shift / (long)Ms)]
            : new long[tree.Count];
    }

    private static string Print(SpanBatch sent)
    {
        var tree = Tree.Build(sent);
        var analyzer = new TraceAnalyzer();
        analyzer.Analyze(sent, tree);
        return string.Join('\n', Enumerable.Range(0, tree.Count).Select(i => FormattableString.Invariant(
            $"{SpanText.Line(sent, tree.Rows[i])} {analyzer.Timeline.Starts[i]} {analyzer.Timeline.Ends[i]} {tree.SelfTimes[i]} {analyzer.Path.Times[i]} {tree.Notes[i]} {tree.TraceNotes}")));
    }

    /// <summary>Nested calls among hosts, the way there as long as the way back, and each host's clock ahead or behind by seconds.</summary>
    private static (SpanBatch Sent, Dictionary<ulong, ulong> Truth) Skewed(int seed)
    {
        var random = new Random(seed);
        long[] skew = [0, .. Enumerable.Range(1, 4).Select(_ => random.Next(3) == 0 ? 0 : random.Next(-20, 20) * 5_000L * (long)Ms)];
        var builder = new SpanBatchBuilder();
        var truth = new Dictionary<ulong, ulong>();
        ulong next = 1;
        Serve(0, 0, Base, Base + (1000 * Ms), SpanKind.Server, 4);
        return (Traces.Shuffled(builder.Batch, seed), truth);

        void Serve(int host, ulong parent, ulong start, ulong end, SpanKind kind, int depth)
        {
            ulong id = Add(host, parent, start, end, kind);
            int calls = depth == 0 ? 0 : random.Next(1, 4);
            ulong share = (end - start) / ((2 * (ulong)calls) + 1);
            for (int i = 0; i < calls && share > Ms; i++)
            {
                ulong from = start + (((2 * (ulong)i) + 1) * share);
                if (random.Next(4) == 0)
                {
                    Serve(host, id, from, from + share, SpanKind.Internal, depth - 1);
                    continue;
                }
                // The same way both ways for every call between two hosts, so that the middle is the truth.
                ulong way = share / 5;
                int callee = random.Next(skew.Length);
                ulong client = Add(host, id, from, from + share, SpanKind.Client);
                Serve(callee, client, from + way, from + share - way, SpanKind.Server, depth - 1);
            }
        }

        ulong Add(int host, ulong parent, ulong start, ulong end, SpanKind kind)
        {
            ulong id = next++;
            truth[id] = start;
            builder.Span(1, id, parent, service: $"s{host}", start: start + (ulong)skew[host], end: end + (ulong)skew[host], kind: kind);
            return id;
        }
    }
}
