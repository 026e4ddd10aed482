using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Head;

namespace Clew.Ingest.Tests.Head;

public sealed class TraceIndexTests
{
    private static readonly Tenant[] Tenants = [Tenant.Default, new("other"), new("third")];

    // Parts come, take a trace over from an older part, give it back and go, at random, with slots used again: as a dictionary has it.
    [Theory]
    [InlineData(20)]
    [InlineData(400)]
    [InlineData(20_000)]
    public void It_finds_what_a_dictionary_finds(int traces)
    {
        var random = new Random(traces);
        var parts = new PartTable();
        var index = new TraceIndex(parts);
        var expected = new Dictionary<TraceKey, int>();
        for (int step = 0; step < 60_000; step++)
        {
            var key = RandomKey(random, traces);
            int choice = random.Next(10);
            if (choice < 5)
            {
                int older = expected.GetValueOrDefault(key, -1);
                int part = parts.Open(null!, key.Tenant, key.TraceId, TraceFlags.None, 0, 0, older);
                index[key] = part;
                expected[key] = part;
            }
            else if (expected.TryGetValue(key, out int part))
            {
                Forget(index, expected, parts, key, part);
            }
            else
            {
                Assert.Equal(-1, index.Find(key));
            }
            Check(index, expected, RandomKey(random, traces));
        }
        Assert.Equal(expected.Count, index.Count);
        foreach (var key in expected.Keys)
        {
            Check(index, expected, key);
        }
    }

    [Fact]
    public void A_guess_is_right_for_every_trace_that_is_there_alone_under_its_hash()
    {
        var parts = new PartTable();
        var index = new TraceIndex(parts);
        for (int i = 0; i < 1000; i++)
        {
            var key = new TraceKey(Tenant.Default, new TraceId(0, (ulong)i + 1));
            index[key] = parts.Open(null!, key.Tenant, key.TraceId, TraceFlags.None, 0, 0, -1);
        }
        // Two of a thousand hashes of 32 bits are alike once in ten thousand processes; a guess never says that there is none.
        int wrong = 0;
        for (int i = 0; i < 1000; i++)
        {
            int guess = index.Guess(new TraceId(0, (ulong)i + 1));
            Assert.InRange(guess, 0, 999);
            wrong += guess == i ? 0 : 1;
        }
        Assert.InRange(wrong, 0, 5);
    }

    [Fact]
    public void A_filter_lets_through_all_that_is_there_and_little_else()
    {
        var random = new Random(5);
        int passed = 0;
        for (int part = 0; part < 200; part++)
        {
            var filter = default(SpanFilter);
            ulong[] ids = [.. Enumerable.Range(0, 32).Select(_ => (ulong)random.NextInt64())];
            foreach (ulong id in ids)
            {
                filter.Add(id);
            }
            Assert.All(ids, id => Assert.True(filter.MayHold(id)));
            passed += Enumerable.Range(0, 100).Count(_ => filter.MayHold((ulong)random.NextInt64()));
        }
        Assert.InRange(passed / 20_000.0, 0, 0.1);
        Assert.False(default(SpanFilter).MayHold(7));
    }

    /// <summary>The trace's newest part goes: an older one takes its place, or none.</summary>
    private static void Forget(TraceIndex index, Dictionary<TraceKey, int> expected, PartTable parts, TraceKey key, int part)
    {
        int older = parts[part].Older;
        if (older >= 0)
        {
            index[key] = older;
            expected[key] = older;
        }
        else
        {
            index.Remove(key);
            expected.Remove(key);
        }
        parts.Close(part, TraceFlags.None);
        parts.Free(part);
    }

    private static void Check(TraceIndex index, Dictionary<TraceKey, int> expected, TraceKey key)
    {
        Assert.Equal(expected.TryGetValue(key, out int part), index.TryGetValue(key, out int found));
        Assert.Equal(expected.ContainsKey(key) ? part : -1, found);
        Assert.True(!expected.ContainsKey(key) || index.Guess(key.TraceId) >= 0);
    }

    private static TraceKey RandomKey(Random random, int traces) =>
        new(Tenants[random.Next(Tenants.Length)], new TraceId(random.Next(2) == 0 ? 0 : 77UL, (ulong)random.Next(1, traces)));
}
