using Clew.Core.Model;
using Clew.Testing;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Survival;

/// <summary>
/// One byte of any file of a data directory is another when the server starts: it says so or it changes nothing; nothing that was never
/// sent is shown, nothing is doubled, and it takes spans again. CLEW_FLIPS=20000 for a long run.
/// </summary>
public sealed class FlippedByteTests
{
    private const ulong Traces = 60;
    private static readonly ulong[] Deleted = [3, 17];

    private readonly ITestOutputHelper output;

    public FlippedByteTests(ITestOutputHelper output) => this.output = output;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task It_is_told_or_without_effect(int seed)
    {
        var (image, expected) = await PrepareAsync(seed);
        string[] kinds = [.. image.AllFiles().Select(Kind).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(
            [".del", ".journal", ".seg", "MANIFEST", "checkpoint", "series .copy", "series .log", "series MANIFEST"], kinds.Where(kind => kind != ".spare"));
        ulong counted = await CountAsync(image.AfterKill(seed));
        var random = new Random(seed);
        var tried = kinds.ToDictionary(kind => kind, _ => (Flips: 0, Told: 0));
        int flips = FlipCount.Of(600);
        for (int flip = 0; flip < flips; flip++)
        {
            // Each kind of file as often as every other, however small it is.
            string kind = kinds[flip % kinds.Length];
            string[] paths = [.. image.AllFiles().Where(path => Kind(path) == kind)];
            string path = paths[random.Next(paths.Length)];
            var files = image.AfterKill(flip);
            int length = files.ReadAll(path).Length;
            // Half of them where something is likely to lie: journal files end in zeros, the checkpoint has two slots of 64 bytes.
            int offset = random.Next(2) == 0 ? random.Next(length)
                : kind == "checkpoint" ? (4096 * random.Next(2)) + random.Next(64)
                : random.Next(Math.Min(length, 9000));
            byte bits = (byte)random.Next(1, 256);
            files.Flip(path, offset, bits);
            string where = $"seed {seed}, flip {flip}: {path}[{offset}]^{bits}";
            bool told = await CheckAsync(files, expected, counted, where);
            tried[kind] = (tried[kind].Flips + 1, tried[kind].Told + (told ? 1 : 0));
        }
        foreach (var (kind, (count, told)) in tried)
        {
            output.WriteLine($"{kind}: {count} flips, {told} of them told");
        }
        Assert.Equal(0, tried.GetValueOrDefault(".spare").Told);
        Assert.True(tried["MANIFEST"].Told == tried["MANIFEST"].Flips, "Every byte of the manifest counts.");
        Assert.True(tried[".del"].Told == tried[".del"].Flips, "Every byte of a deletion list counts.");
        Assert.True(tried[".seg"].Told > tried[".seg"].Flips / 2);
        Assert.True(tried[".journal"].Told > 0);
        Assert.True(tried["checkpoint"].Told > 0);
        Assert.True(tried["series MANIFEST"].Told + tried["series .copy"].Told + tried["series .log"].Told > 0);
    }

    private static string Kind(string path) =>
        (path.Contains("/series/", StringComparison.Ordinal) ? "series " : "")
        + (Path.HasExtension(path) ? Path.GetExtension(path) : Path.GetFileName(path));

    /// <summary>What is counted once everything is stored, and one span more.</summary>
    private static async Task<ulong> CountAsync(FaultyFileLayer files)
    {
        await using var world = await DiskWorld.StartAsync(files);
        return await GoOnAsync(world);
    }

    private static async Task<ulong> GoOnAsync(DiskWorld world)
    {
        await world.SendAsync(spans => spans.Span(1000, 1, start: world.Now, end: world.Now + 1));
        await world.DrainAsync();
        Assert.Single(await world.ReadAsync(1000));
        return await world.SeriesCountAsync();
    }

    /// <summary>Opens, reads everything and compares. True where the server said that something is wrong.</summary>
    private static async Task<bool> CheckAsync(FaultyFileLayer files, Dictionary<ulong, List<string>> expected, ulong red, string where)
    {
        try
        {
            await using var world = await DiskWorld.StartAsync(files);
            bool isSame = true;
            foreach (var (trace, lines) in expected)
            {
                var found = await world.ReadAsync(trace);
                Assert.Empty(found.Except(lines));
                isSame &= found.Count == lines.Count;
            }
            double counted = await world.CountAsync();
            Assert.InRange(counted, 0, expected.Values.Sum(lines => lines.Count));
            isSame &= counted == expected.Values.Sum(lines => lines.Count);
            bool told = world.Problems.Any();
            Assert.True(isSame || told, "Something is missing and nothing was said.");
            // And it goes on.
            ulong redNow = await GoOnAsync(world);
            told |= world.Problems.Any();
            Assert.True(redNow == red || told, $"{redNow} spans are counted, not {red}, and nothing was said.");
            return told;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"{where}: {failure.Message}", failure);
        }
    }

    /// <summary>A directory after a kill: merged and fresh segments, a deletion list, open traces in the journal, released files.</summary>
    private static async Task<(FaultyFileLayer Image, Dictionary<ulong, List<string>> Expected)> PrepareAsync(int seed)
    {
        await using var world = await DiskWorld.StartAsync(new FaultyFileLayer(seed));
        var generator = new SpanGenerator(seed);
        ulong span = 0;
        async Task SendAsync(ulong first, int traces)
        {
            var builder = new SpanBatchBuilder();
            for (int i = 0; i < 4 * traces; i++)
            {
                generator.Add(builder, ++span, first + ((ulong)i % (ulong)traces));
            }
            await world.SendAsync(builder.Batch);
        }
        for (ulong first = 1; first <= 40; first += 4)
        {
            await SendAsync(first, 4);
            await world.DrainAsync();
        }
        await world.Store.MaintainAsync(default);
        await world.Store.DeleteTracesAsync(Tenant.Default, [.. Deleted.Select(id => new TraceId(0, id))], default);
        await SendAsync(41, 10);
        await world.DrainAsync();
        await SendAsync(51, (int)Traces - 50);
        Assert.True(world.Statistics.OpenSpans > 0);
        var expected = new Dictionary<ulong, List<string>>();
        for (ulong trace = 1; trace <= Traces; trace++)
        {
            expected.Add(trace, await world.ReadAsync(trace));
        }
        Assert.All(Deleted, trace => Assert.Empty(expected[trace]));
        Assert.Empty(world.Problems);
        return (world.Files.AfterKill(seed), expected);
    }
}
