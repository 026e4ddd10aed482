using Clew.Core.Model;
using Clew.Storage.Embedded.Offline;
using Clew.Storage.Tests.Embedded.Compaction;

namespace Clew.Storage.Tests.Embedded.Offline;

/// <summary>Looking changes nothing, checking finds every flipped byte, repairing never makes it worse.</summary>
public sealed class OfflineStoreTests
{
    [Fact]
    public async Task ASoundStoreIsDescribedAndLeftAlone()
    {
        var files = await FilledAsync();
        var before = files.Copy();
        var inspection = OfflineStore.Inspect(StoreProbe.Root, files);
        Assert.True(inspection.IsSound, inspection.Text);
        Assert.Contains("2026-01-01", inspection.Text, StringComparison.Ordinal);
        Assert.Contains("default", inspection.Text, StringComparison.Ordinal);
        var verification = OfflineStore.Verify(StoreProbe.Root, files);
        Assert.True(verification.IsSound, verification.Text);
        Assert.True(OfflineStore.Repair(StoreProbe.Root, files).IsSound);
        Assert.Equal(before.Paths, files.Paths);
        Assert.All(files.Paths, path => Assert.Equal(before[path], files[path]));
    }

    [Fact]
    public async Task AnEmptyDirectoryIsSound()
    {
        var files = new MemoryFileLayer();
        files.CreateDirectory(StoreProbe.Root);
        Assert.True(OfflineStore.Verify(StoreProbe.Root, files).IsSound);
        await using var store = StoreProbe.Open(files);
        Assert.True(OfflineStore.Verify(StoreProbe.Root, files).IsSound);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task EveryFlippedByteIsFoundAndRepairLosesNothingThatWasServed(int seed)
    {
        var files = await FilledAsync();
        var random = new Random(seed);
        // The index is a convenience: what is wrong in it is passed by every start (SegmentIndexTests).
        string[] paths = [.. files.Paths.Where(path => !path.EndsWith("/INDEX", StringComparison.Ordinal))];
        for (int i = 0; i < 250; i++)
        {
            string path = paths[random.Next(paths.Length)];
            var flipped = files.Copy();
            byte[] bytes = [.. flipped[path]];
            int at = random.Next(bytes.Length);
            bytes[at] ^= (byte)(1 << random.Next(8));
            flipped[path] = bytes;
            string where = $"{path} byte {at}";
            Assert.False(OfflineStore.Verify(StoreProbe.Root, flipped).IsSound, where);

            List<string> served;
            await using (var store = StoreProbe.Open(flipped.Copy()))
            {
                served = await StoreProbe.LinesAsync(store);
            }
            string text = OfflineStore.Repair(StoreProbe.Root, flipped).Text;
            await using (var store = StoreProbe.Open(flipped))
            {
                Assert.Equal(served, await StoreProbe.LinesAsync(store));
            }
            // Every byte is still there, under the same name or as *.damaged, or the manifest is a new one.
            Assert.All(paths.Where(other => !other.EndsWith("MANIFEST", StringComparison.Ordinal)), other =>
                Assert.True(flipped.Paths.Contains(other) || flipped.Paths.Contains(other + ".damaged"), $"{where}: {other} is gone. {text}"));
        }
    }

    [Fact]
    public async Task AStoreWithoutManifestIsRebuilt()
    {
        var files = await FilledAsync();
        List<string> expected;
        await using (var store = StoreProbe.Open(files.Copy()))
        {
            expected = await StoreProbe.LinesAsync(store);
        }
        files.Delete(Path.Combine(StoreProbe.Root, "MANIFEST"));
        Assert.False(OfflineStore.Verify(StoreProbe.Root, files).IsSound);
        Assert.True(OfflineStore.Repair(StoreProbe.Root, files).IsSound);
        Assert.True(OfflineStore.Verify(StoreProbe.Root, files).IsSound);
        await using var again = StoreProbe.Open(files);
        Assert.Empty(again.GetStatistics().Problems);
        Assert.Equal(expected, await StoreProbe.LinesAsync(again));
    }

    [Fact]
    public async Task ARepairThatIsCutOffCanBeDoneAgain()
    {
        var sound = await FilledAsync();
        string damaged = sound.Paths.First(path => path.EndsWith(".seg", StringComparison.Ordinal));
        byte[] bytes = [.. sound[damaged]];
        bytes[^20] ^= 1;
        sound[damaged] = bytes;
        List<string> served;
        await using (var store = StoreProbe.Open(sound.Copy()))
        {
            served = await StoreProbe.LinesAsync(store);
        }
        int operations = 0;
        var counted = sound.Copy();
        counted.BeforeChange = _ => operations++;
        OfflineStore.Repair(StoreProbe.Root, counted);
        Assert.InRange(operations, 4, 30);
        for (int cut = 0; cut < operations; cut++)
        {
            var files = sound.Copy();
            int operation = 0;
            files.BeforeChange = _ =>
            {
                if (operation++ >= cut)
                {
                    throw new IOException("no more");
                }
            };
            Assert.Throws<IOException>(() => OfflineStore.Repair(StoreProbe.Root, files));
            files.BeforeChange = null;
            OfflineStore.Repair(StoreProbe.Root, files);
            await using var store = StoreProbe.Open(files);
            Assert.Equal(served, await StoreProbe.LinesAsync(store));
            Assert.Contains(damaged + ".damaged", files.Paths);
        }
    }

    private static async Task<MemoryFileLayer> FilledAsync()
    {
        var files = new MemoryFileLayer();
        await using var store = StoreProbe.OpenMerging(files);
        await store.AppendAsync(StoreProbe.Tenant, MergeTests.OneDay(1), default);
        await store.AppendAsync(StoreProbe.Tenant, MergeTests.OneDay(2), default);
        await store.MaintainAsync(default);
        await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(3, spans: 40), default);
        await store.DeleteTracesAsync(StoreProbe.Tenant, [new TraceId(0, 2), new TraceId(0, 5)], default);
        return files;
    }
}
