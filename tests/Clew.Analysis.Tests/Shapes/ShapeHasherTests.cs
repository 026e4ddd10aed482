using System.Globalization;
using System.Text;
using Clew.Analysis.Shapes;
using Clew.Analysis.Tests.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Testing;
using FsCheck;
using FsCheck.Fluent;
using Tree = Clew.Analysis.SpanTrees.SpanTree;

namespace Clew.Analysis.Tests.Shapes;

public class ShapeHasherTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(1_000_000);

    [Fact]
    public void The_hash_of_a_known_trace_never_changes()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, name: "POST /checkout", service: "storefront", kind: SpanKind.Server);
        builder.Span(1, 2, 1, name: "GET /quote", service: "storefront", kind: SpanKind.Client);
        builder.Span(1, 3, 2, name: "GET /quote", service: "pricing", kind: SpanKind.Server);
        // Stored in segments: a change here is a change of their format.
        Assert.Equal("e90422daed08bd2c", Hash(builder.Batch).ToString("x16", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Agrees_with_the_definition() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var trace = Traces.Troubled(seed);
        Assert.Equal(Slow(trace), Hash(trace));
    }));

    [Fact]
    public void Order_ids_times_and_counts_change_nothing() => Check.One(Config, Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        int[] calls = [.. Enumerable.Range(0, 6).Select(_ => random.Next(1, 4))];
        Assert.Equal(Hash(Fan(random.Next(), calls)), Hash(Fan(random.Next(), [.. calls.Select(_ => random.Next(1, 4))])));
    }));

    [Fact]
    public void What_calls_what_and_how_it_begins_change_it()
    {
        string[] shapes =
        [
            "a:0", "b:0", "a:9", "a:0 b:1", "a:0 b:1 c:1", "a:0 b:1 c:2", "a:0 c:1 b:2", "a:0 a:1", "a:0 b:0", "a:0 b:9", "a:0 b:1 a:2",
        ];
        var hashes = shapes.Select(shape => Hash(Parse(shape))).ToList();
        Assert.Equal(shapes.Length, hashes.Distinct().Count());
        Assert.Equal(Hash(Parse("a:0 b:1 c:2 c:2")), Hash(Parse("a:0 b:1 c:2 b:1 c:4")));
    }

    [Fact]
    public void Service_name_and_kind_tell_operations_apart()
    {
        ulong[] hashes = [Of("x", "y", SpanKind.Server), Of("y", "x", SpanKind.Server), Of("x", "y", SpanKind.Client), Of("", "xy", SpanKind.Server), Of("xy", "", SpanKind.Server)];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());

        static ulong Of(string service, string name, SpanKind kind)
        {
            var builder = new SpanBatchBuilder();
            builder.Span(1, 1, name: name, service: service, kind: kind);
            return Hash(builder.Batch);
        }
    }

    [Fact]
    public void A_thousand_shapes_do_not_disturb_one_another()
    {
        var hasher = new ShapeHasher();
        var builder = new SpanBatchBuilder();
        for (int i = 0; i < 5000; i++)
        {
            builder.Span(1, (ulong)i + 1, i == 0 ? 0 : (ulong)((i - 1) / 3) + 1, name: $"n{i}", service: "s");
        }
        var large = builder.Batch;
        ulong expected = Slow(large);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(expected, hasher.Hash(large, Tree.Build(large)));
            var small = Traces.Troubled(i);
            hasher.Forget();
            Assert.Equal(Slow(small), hasher.Hash(small, Tree.Build(small)));
            hasher.Forget();
        }
    }

    private static ulong Hash(SpanBatch batch) => new ShapeHasher().Hash(batch, Tree.Build(batch));

    /// <summary>The definition of docs/analysis/shapes.md, word by word.</summary>
    private static ulong Slow(SpanBatch batch)
    {
        var tree = Tree.Build(batch);
        var calls = new HashSet<ulong>();
        for (int i = 0; i < tree.Count; i++)
        {
            bool isRoot = batch.Spans.ParentSpanIds[tree.Rows[i]].IsEmpty;
            ulong caller = tree.ParentRows[i] >= 0 ? Operation(tree.Rows[tree.ParentRows[i]]) : isRoot ? 0u : 1u;
            calls.Add(Mix(unchecked((caller * 0x9E3779B97F4A7C15UL) + Operation(tree.Rows[i]))));
        }
        ulong shape = Mix(calls.Aggregate(0UL, static (sum, call) => unchecked(sum + call)));
        return shape == 0 ? 1 : shape;

        ulong Operation(int row) => Mix(unchecked(
            Mix(unchecked(StableHash.Of(Encoding.UTF8.GetBytes(batch.Text(batch.ServiceName(row)))) + (ulong)batch.Spans.Kinds[row]))
            + StableHash.Of(Encoding.UTF8.GetBytes(batch.Text(batch.Spans.Names[row])))));
    }

    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
            return x ^ (x >> 31);
        }
    }

    /// <summary>A root that calls operation i so often, with a call below each.</summary>
    private static SpanBatch Fan(int seed, int[] calls)
    {
        var random = new Random(seed);
        var builder = new SpanBatchBuilder();
        ulong id = (ulong)random.Next(1, 1000);
        ulong root = id;
        builder.Span(1, root, name: "root", start: 0, end: 100);
        for (int operation = 0; operation < calls.Length; operation++)
        {
            for (int i = 0; i < calls[operation]; i++)
            {
                ulong start = (ulong)random.Next(50);
                builder.Span(1, ++id, root, name: $"op{operation}", start: start, end: start + 20);
                builder.Span(1, ++id, id - 1, name: $"below{operation}", start: start, end: start + 10);
            }
        }
        return Traces.Shuffled(builder.Batch, seed);
    }

    /// <summary>"name:parent" with parents counted from 1, 0 for none, 9 for one that is not there.</summary>
    private static SpanBatch Parse(string shape)
    {
        var builder = new SpanBatchBuilder();
        ulong id = 0;
        foreach (string span in shape.Split(' '))
        {
            ulong parent = (ulong)(span[2] - '0');
            builder.Span(1, ++id, parent == 9 ? 99 : parent, name: span[..1]);
        }
        return builder.Batch;
    }
}
