using System.Text;
using Clew.Core.Files;

namespace Clew.Storage.Tests.Embedded.Series;

/// <summary>Series of released format versions stay readable for ever. Samples/series-v1 holds blocks and a log, and is never written again.</summary>
public sealed class OldSeriesFormatTests
{
    [Fact]
    public async Task SeriesOfThatVersionAreRead()
    {
        string sample = Path.Combine(AppContext.BaseDirectory, "Samples", "series-v1");
        var files = new MemoryFileLayer();
        foreach (string path in Directory.GetFiles(sample, "*", SearchOption.AllDirectories))
        {
            string inStore = Path.Combine(SeriesProbe.Root, Path.GetRelativePath(sample, path));
            files.CreateDirectory(Path.GetDirectoryName(inStore)!);
            files[inStore] = await File.ReadAllBytesAsync(path);
        }
        Assert.Contains(files.Paths, path => path.EndsWith(".blk", StringComparison.Ordinal));
        Assert.Contains(files.Paths, path => path.EndsWith(".log", StringComparison.Ordinal));
        await using var store = SeriesProbe.Open(files, new AppendId(3));
        Assert.Empty(store.GetStatistics().Problems);
        string expected = Encoding.UTF8.GetString(files[Path.Combine(SeriesProbe.Root, "expected.txt")]);
        Assert.Equal(expected, string.Join('\n', await SeriesProbe.AllAsync(store)) + "\n");
    }

    /// <summary>Run by hand when a version is released: CLEW_SAMPLES names the directory to write.</summary>
    [Fact(Explicit = true)]
    public async Task WriteSamples()
    {
        string directory = Environment.GetEnvironmentVariable("CLEW_SAMPLES") ?? throw new InvalidOperationException("CLEW_SAMPLES is not set.");
        var files = new MemoryFileLayer();
        files.CreateDirectory(SeriesProbe.Root);
        await using var store = SeriesProbe.Open(files, AppendId.None);
        var generator = new Testing.Stores.SeriesGenerator(2026);
        await SeriesProbe.AppendAsync(store, generator.Delta());
        await SeriesProbe.AppendAsync(store, generator.Delta());
        await store.MaintainAsync(default);
        await SeriesProbe.AppendAsync(store, generator.Delta(40));
        // As a killed process leaves them: closing would fold the log.
        foreach (string path in files.Paths)
        {
            string to = Path.Combine(directory, Path.GetRelativePath(SeriesProbe.Root, path));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            await File.WriteAllBytesAsync(to, files[path]);
        }
        await File.WriteAllTextAsync(Path.Combine(directory, "expected.txt"), string.Join('\n', await SeriesProbe.AllAsync(store)) + "\n");
    }
}
