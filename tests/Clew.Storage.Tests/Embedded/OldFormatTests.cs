using Clew.Core.Files;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded;

/// <summary>
/// Stores of released format versions stay readable for ever. Samples/v1 was written by version 1 and is never written again; a new
/// version adds a directory of its own.
/// </summary>
public sealed class OldFormatTests
{
    private static string Samples { get; } = Path.Combine(AppContext.BaseDirectory, "Samples");

    [Theory]
    [InlineData("v1")]
    public async Task AStoreOfThatVersionIsRead(string version)
    {
        var files = new MemoryFileLayer();
        string sample = Path.Combine(Samples, version);
        foreach (string path in Directory.GetFiles(sample, "*", SearchOption.AllDirectories))
        {
            string inStore = Path.Combine(StoreProbe.Root, Path.GetRelativePath(sample, path));
            files.CreateDirectory(Path.GetDirectoryName(inStore)!);
            files[inStore] = await File.ReadAllBytesAsync(path);
        }
        string expected = Path.Combine(StoreProbe.Root, "expected.txt");
        await using var store = StoreProbe.Open(files);
        Assert.Empty(store.GetStatistics().Problems);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(files[expected]), string.Join('\n', await StoreProbe.LinesAsync(store)) + "\n");
        Assert.True(store.GetStatistics().Spans > 300);

        // The engine of today agrees with the model on the data of then.
        var model = new InMemorySpanStore();
        await model.AppendAsync(StoreProbe.Tenant, Traces(), default);
        var requests = new ScanRequests(new Random(1), StoreProbe.Now);
        for (int i = 0; i < 50; i++)
        {
            var predicates = requests.Predicates();
            Assert.Equal((await StoreProbe.SearchAsync(model, [.. predicates])).Distinct(), (await StoreProbe.SearchAsync(store, [.. predicates])).Distinct());
        }
    }

    /// <summary>Run by hand when a version is released: CLEW_SAMPLES names the directory to write.</summary>
    [Fact(Explicit = true)]
    public async Task WriteSamples()
    {
        string directory = Environment.GetEnvironmentVariable("CLEW_SAMPLES") ?? throw new InvalidOperationException("CLEW_SAMPLES is not set.");
        await using var store = Storage.Embedded.EmbeddedSpanStore.Open(
            new Storage.Embedded.EmbeddedStoreOptions { Directory = directory, GroupRows = 64 },
            DiskFileLayer.Instance,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Storage.Embedded.EmbeddedSpanStore>.Instance);
        await store.AppendAsync(StoreProbe.Tenant, Traces(), default);
        await File.WriteAllTextAsync(Path.Combine(directory, "expected.txt"), string.Join('\n', await StoreProbe.LinesAsync(store)) + "\n");
    }

    private static Clew.Core.Columns.TraceBatch Traces() =>
        TraceBatches.Of(new SpanGenerator(2026) { Now = StoreProbe.Now }.Batch(400, traces: 30), selfTimes: true);
}
