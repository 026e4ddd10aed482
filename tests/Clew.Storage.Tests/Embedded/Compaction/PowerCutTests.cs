using Clew.Core.Model;
using Clew.Storage.Embedded;
using Clew.Storage.Embedded.Retention;
using Clew.Testing.Files;

namespace Clew.Storage.Tests.Embedded.Compaction;

/// <summary>The power goes off at every single operation of a merge, a retention, a deletion: what was stored is there, once, and nothing else.</summary>
public sealed class PowerCutTests
{
    private static readonly TraceId[] Gone = [new(0, 2), new(0, 7), new(0, 9)];

    [Fact]
    public async Task WhileMerging()
    {
        var (expected, operations) = await RunAsync(-1, store => store.MaintainAsync(default));
        Assert.InRange(operations, 8, 200);
        for (int cut = 0; cut < operations; cut++)
        {
            foreach (bool? keep in new bool?[] { true, false, null, null })
            {
                await AssertAfterCutAsync(cut, keep, store => store.MaintainAsync(default), lines => Assert.Equal(expected, lines));
            }
        }
    }

    [Fact]
    public async Task WhileDeleting()
    {
        async Task Delete(EmbeddedSpanStore store) => await store.DeleteTracesAsync(StoreProbe.Tenant, Gone, default);
        var (after, operations) = await RunAsync(-1, Delete);
        var (before, _) = await RunAsync(-1, _ => Task.CompletedTask);
        Assert.True(after.Count < before.Count);
        for (int cut = 0; cut < operations; cut++)
        {
            foreach (bool? keep in new bool?[] { true, false, null })
            {
                await AssertAfterCutAsync(cut, keep, Delete, lines =>
                {
                    Assert.Empty(lines.Except(before));
                    Assert.Empty(after.Except(lines));
                });
            }
        }
    }

    [Fact]
    public async Task AfterADeletionNothingBringsTheTracesBack()
    {
        async Task DeleteAndMerge(EmbeddedSpanStore store)
        {
            await store.DeleteTracesAsync(StoreProbe.Tenant, Gone, default);
            await store.MaintainAsync(default);
        }
        var (after, operations) = await RunAsync(-1, DeleteAndMerge);
        var (_, deletion) = await RunAsync(-1, async store => await store.DeleteTracesAsync(StoreProbe.Tenant, Gone, default));
        for (int cut = deletion; cut < operations; cut++)
        {
            foreach (bool? keep in new bool?[] { true, false, null })
            {
                await AssertAfterCutAsync(cut, keep, DeleteAndMerge, lines => Assert.Equal(after, lines));
            }
        }
    }

    [Fact]
    public async Task WhileExpiring()
    {
        var (all, _) = await RunAsync(-1, _ => Task.CompletedTask);
        var (left, operations) = await RunAsync(-1, store => store.MaintainAsync(default), Expiring);
        Assert.InRange(left.Count, 1, all.Count - 1);
        for (int cut = 0; cut < operations; cut++)
        {
            await AssertAfterCutAsync(cut, null, store => store.MaintainAsync(default), lines =>
            {
                Assert.Empty(lines.Except(all));
                Assert.Empty(left.Except(lines));
            }, Expiring);
        }
    }

    [Fact]
    public async Task EveryRefusalWhileMergingLeavesTheStoreAsItWasAndIsMadeUpFor()
    {
        var (expected, operations) = await RunAsync(-1, store => store.MaintainAsync(default));
        for (int failing = 0; failing < operations; failing++)
        {
            var files = StoreProbe.Faulty(failing);
            await using var store = StoreProbe.OpenMerging(files);
            await FillAsync(store);
            int first = files.Operations;
            files.Refuse = operation => operation.Changes && operation.Index == first + failing ? DiskErrors.NoSpace() : null;
            await store.MaintainAsync(default);
            Assert.Equal(expected, (await StoreProbe.LinesAsync(store)).Distinct());
            files.Refuse = null;
            // A deletion right now is kept whatever the manifest on disk says.
            await store.DeleteTracesAsync(StoreProbe.Tenant, Gone, default);
            var left = (await StoreProbe.LinesAsync(store)).Distinct().ToList();
            Assert.True(left.Count < expected.Count);
            await using (var crashed = StoreProbe.OpenMerging(files.AfterPowerCut(failing)))
            {
                Assert.Equal(left, (await StoreProbe.LinesAsync(crashed)).Distinct());
            }
            await store.MaintainAsync(default);
            Assert.Empty(store.GetStatistics().Problems);
            Assert.Equal(left, (await StoreProbe.LinesAsync(store)).Distinct());
            Assert.DoesNotContain(files.AllFiles(), path => path.EndsWith(".tmp", StringComparison.Ordinal));
        }
    }

    private static EmbeddedStoreOptions Expiring(EmbeddedStoreOptions options) =>
        options with { Retention = [new RetentionRule("default", null, 20_000)], MergeFanIn = 100, QuietTime = TimeSpan.FromDays(1) };

    private static async Task FillAsync(EmbeddedSpanStore store)
    {
        for (int i = 0; i < 3; i++)
        {
            await store.AppendAsync(StoreProbe.Tenant, MergeTests.OneDay(i), default);
        }
        await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(5), default); // several days
    }

    /// <summary>Fills a store and works on it. Returns what is left, and how many operations the work was.</summary>
    private static async Task<(List<string> Lines, int Operations)> RunAsync(
        int cut, Func<EmbeddedSpanStore, Task> work, Func<EmbeddedStoreOptions, EmbeddedStoreOptions>? change = null)
    {
        var files = StoreProbe.Faulty(cut);
        await using var store = StoreProbe.OpenMerging(files, change);
        await FillAsync(store);
        int first = files.Operations;
        await work(store);
        Assert.Empty(store.GetStatistics().Problems);
        return ([.. (await StoreProbe.LinesAsync(store)).Distinct()], files.Operations - first);
    }

    private static async Task AssertAfterCutAsync(
        int cut, bool? keep, Func<EmbeddedSpanStore, Task> work, Action<List<string>> assert, Func<EmbeddedStoreOptions, EmbeddedStoreOptions>? change = null)
    {
        var files = StoreProbe.Faulty(cut);
        var store = StoreProbe.OpenMerging(files, change);
        await FillAsync(store);
        files.CutAt = files.Operations + cut;
        try
        {
            await work(store);
        }
        catch (StoreUnavailableException)
        {
            // As it should be without power.
        }
        Assert.True(files.IsOff);
        var image = files.AfterPowerCut(cut, keep);
        await using (var again = StoreProbe.OpenMerging(image, change))
        {
            Assert.Empty(again.GetStatistics().Problems);
            assert([.. (await StoreProbe.LinesAsync(again)).Distinct()]);
            Assert.DoesNotContain(image.AllFiles(), path => path.EndsWith(".tmp", StringComparison.Ordinal));
            Assert.Equal(again.GetStatistics().Segments, image.AllFiles().Count(path => path.EndsWith(".seg", StringComparison.Ordinal)));
            await again.MaintainAsync(default);
            Assert.Empty(again.GetStatistics().Problems);
        }
        // Without the manifest, too, everything is found, once.
        image.Delete(Path.Combine(StoreProbe.Root, "MANIFEST"));
        await using (var rebuilt = StoreProbe.OpenMerging(image, change))
        {
            assert([.. (await StoreProbe.LinesAsync(rebuilt)).Distinct()]);
        }
    }
}
