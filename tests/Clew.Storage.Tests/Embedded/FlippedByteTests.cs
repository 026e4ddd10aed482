using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Testing;

namespace Clew.Storage.Tests.Embedded;

/// <summary>
/// One byte of any file is another: it is noticed or changes nothing; what is answered is true; nothing breaks. CLEW_FLIPS=20000 for a long
/// run.
/// </summary>
public sealed class FlippedByteTests
{
    private static readonly SpanPredicate[] Condition =
        [new Comparison(FieldReference.Attribute("http.request.method"), ComparisonOperator.EqualText, AttributeValue.Of("GET"))];

    private static readonly FieldReference[] By = [FieldReference.Of(SpanField.ServiceName), FieldReference.Attribute("user.id")];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task NeverAWrongAnswer(int seed, bool merged)
    {
        int flips = FlipCount.Of(1500);
        var files = new MemoryFileLayer();
        await using (var store = StoreProbe.Open(files))
        {
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(seed, 40), default);
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(seed + 100, 30, firstTrace: 5), default);
        }
        if (merged)
        {
            await using var store = StoreProbe.OpenMerging(files);
            await store.MaintainAsync(default);
            await store.DeleteTracesAsync(StoreProbe.Tenant, [new TraceId(0, 4), new TraceId(0, 8)], default);
            Assert.Contains(files.Paths, path => path.EndsWith(".del", StringComparison.Ordinal));
        }
        var expected = await AskAsync(files);
        Assert.Empty(expected.Problems);
        var random = new Random(seed);
        long total = files.Paths.Sum(path => (long)files[path].Length);
        int detected = 0;
        for (int i = 0; i < flips; i++)
        {
            var flipped = files.Copy();
            string where = Flip(flipped, random.NextInt64(total), (byte)(1 << random.Next(8)));
            var actual = await AskAsync(flipped);
            bool same = expected.Lines.SequenceEqual(actual.Lines) && expected.Hits.SequenceEqual(actual.Hits)
                && expected.Counts.Count == actual.Counts.Count && expected.Counts.All(group => actual.Counts.GetValueOrDefault(group.Key) == group.Value);
            Assert.True(same || actual.Problems.Count > 0, $"{where}: another answer without a problem");
            Assert.True(expected.Hits.SequenceEqual(actual.Hits) || actual.SearchIncomplete, $"{where}: other hits, and nothing said");
            Assert.True(expected.Counts.Values.Sum() == actual.Counts.Values.Sum() || actual.FiguresIncomplete, $"{where}: other figures, and nothing said");
            Assert.True(IsPart(actual.Lines, expected.Lines), $"{where}: a span that never was");
            Assert.True(IsPart(actual.Hits, expected.Hits), $"{where}: a hit that never was");
            foreach (var (key, count) in actual.Counts)
            {
                Assert.True(expected.Counts.TryGetValue(key, out double all) && count <= all, $"{where}: a group that never was");
            }
            detected += actual.Problems.Count > 0 ? 1 : 0;
        }
        Assert.True(detected > flips / 2, $"only {detected} of {flips} were noticed");
    }

    [Fact]
    public async Task ADamagedManifestLosesNothing()
    {
        var files = new MemoryFileLayer();
        List<string> expected;
        await using (var store = StoreProbe.Open(files))
        {
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(3), default);
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(4), default);
            expected = await StoreProbe.LinesAsync(store);
        }
        string manifest = Path.Combine(StoreProbe.Root, "MANIFEST");
        for (int at = 0; at < files[manifest].Length; at += 17)
        {
            var flipped = files.Copy();
            byte[] bytes = [.. flipped[manifest]];
            bytes[at] ^= 0x10;
            flipped[manifest] = bytes;
            await using (var store = StoreProbe.Open(flipped))
            {
                Assert.Single(store.GetStatistics().Problems);
                Assert.Equal(expected, await StoreProbe.LinesAsync(store));
                await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(5, 10, 30), default);
            }
            await using (var store = StoreProbe.Open(flipped))
            {
                Assert.Empty(store.GetStatistics().Problems);
                Assert.Equal(expected.Count + 10, (await StoreProbe.LinesAsync(store)).Count);
            }
        }
    }

    private static async Task<Answer> AskAsync(MemoryFileLayer files)
    {
        await using var store = StoreProbe.Open(files);
        var lines = await StoreProbe.LinesAsync(store, 14);
        using var search = store.Snapshot();
        var hits = await StoreProbe.SearchAsync(search, Condition);
        using var figures = store.Snapshot();
        var counts = await StoreProbe.CountAsync(figures, By);
        return new Answer(lines, hits, search.Incomplete is not null, figures.Incomplete is not null, counts.Groups.ToDictionary(group => group.Key, group => group.Value[0]), store.GetStatistics().Problems);
    }

    private static string Flip(MemoryFileLayer files, long place, byte bit)
    {
        foreach (string path in files.Paths)
        {
            if (place < files[path].Length)
            {
                byte[] bytes = [.. files[path]];
                bytes[place] ^= bit;
                files[path] = bytes;
                return $"{path} byte {place} bit {bit}";
            }
            place -= files[path].Length;
        }
        throw new ArgumentOutOfRangeException(nameof(place));
    }

    private static bool IsPart<T>(List<T> part, List<T> whole)
        where T : notnull
    {
        var left = whole.GroupBy(item => item).ToDictionary(group => group.Key, group => group.Count());
        return part.TrueForAll(item => left.TryGetValue(item, out int count) && (left[item] = count - 1) >= 0);
    }

    private sealed record Answer(List<string> Lines, List<TracePosition> Hits, bool SearchIncomplete, bool FiguresIncomplete, Dictionary<GroupKey, double> Counts, IReadOnlyList<string> Problems);
}
