using Clew.Testing.Files;

namespace Clew.Storage.Tests.Embedded;

/// <summary>What the store says of its last append and what it holds never disagree, wherever the power goes off or the disk refuses.</summary>
public sealed class AppendNumberTests
{
    private static readonly AppendId Before = new(4);
    private static readonly AppendId Cut = new(5);

    [Fact]
    public async Task ANumberIsThereWithItsSpansOrNeither()
    {
        int seen = 0;
        for (int cut = 0; ; cut++)
        {
            foreach (bool? keep in new bool?[] { true, false, null, null })
            {
                var files = StoreProbe.Faulty(cut);
                var store = StoreProbe.OpenMerging(files);
                await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), Before, default);
                files.CutAt = files.Operations + cut;
                try
                {
                    await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(2), Cut, default);
                }
                catch (StoreUnavailableException)
                {
                    // As it should be without power.
                }
                if (!files.IsOff)
                {
                    Assert.True(cut > 8);
                    Assert.Equal(0b11, seen);
                    return;
                }
                await using var again = StoreProbe.OpenMerging(files.AfterPowerCut(cut, keep));
                Assert.Equal(again.GetStatistics().Spans == 160 ? Cut : Before, again.LastAppend);
                seen |= again.LastAppend == Cut ? 2 : 1;
            }
        }
    }

    [Fact]
    public async Task ARefusalThatIsNotUndecidedIsCertain()
    {
        int undecided = 0;
        for (int failing = 0; ; failing++)
        {
            var files = StoreProbe.Faulty(failing);
            await using var store = StoreProbe.OpenMerging(files);
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), Before, default);
            int first = files.Operations;
            files.Refuse = operation => operation.Changes && operation.Index == first + failing ? DiskErrors.NoSpace() : null;
            try
            {
                await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(2), Cut, default);
                Assert.True(undecided > 0 && failing > undecided);
                return;
            }
            catch (StoreUnavailableException failure)
            {
                undecided += failure.IsUndecided ? 1 : 0;
                Assert.Equal(Before, store.LastAppend);
                await using var crashed = StoreProbe.OpenMerging(files.AfterPowerCut(failing));
                Assert.True(failure.IsUndecided || crashed.LastAppend == Before);
                // Whatever is written to the manifest next, it settles the matter.
                files.Refuse = null;
                await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(3), default);
                await using var settled = StoreProbe.OpenMerging(files.AfterPowerCut(failing));
                Assert.Equal(Before, settled.LastAppend);
            }
        }
    }

    [Fact]
    public async Task MergingAndDeletingKeepTheNumber()
    {
        var files = new MemoryFileLayer();
        await using (var store = StoreProbe.OpenMerging(files))
        {
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), Before, default);
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(2), Cut, default);
            await store.MaintainAsync(default);
            Assert.True(store.GetStatistics().Merges > 0);
        }
        await using var again = StoreProbe.Open(files);
        Assert.Equal(Cut, again.LastAppend);
    }

    [Fact]
    public async Task AManifestMadeAnewDoesNotPretendToKnow()
    {
        var files = new MemoryFileLayer();
        await using (var store = StoreProbe.Open(files))
        {
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), Before, default);
        }
        files.Delete(Path.Combine(StoreProbe.Root, "MANIFEST"));
        for (int i = 0; i < 2; i++)
        {
            await using var rebuilt = StoreProbe.Open(files);
            Assert.Null(rebuilt.LastAppend);
        }
        await using (var store = StoreProbe.Open(files))
        {
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(2), Cut, default);
        }
        await using var again = StoreProbe.Open(files);
        Assert.Equal(Cut, again.LastAppend);
    }
}
