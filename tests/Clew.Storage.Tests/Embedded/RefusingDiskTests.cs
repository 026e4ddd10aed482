namespace Clew.Storage.Tests.Embedded;

/// <summary>The disk refuses one operation of an append, whichever: nothing is stored, and the next append works.</summary>
public sealed class RefusingDiskTests
{
    [Fact]
    public async Task EveryRefusalLeavesTheStoreAsItWas()
    {
        int operations = await CountAsync();
        Assert.True(operations > 8);
        for (int failing = 0; failing < operations; failing++)
        {
            var files = new MemoryFileLayer();
            await using var store = StoreProbe.Open(files);
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), default);
            var before = await StoreProbe.LinesAsync(store);
            var statistics = store.GetStatistics();

            Refuse(files, failing);
            await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
                await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(2, firstTrace: 20), default));
            Assert.Equal(before, await StoreProbe.LinesAsync(store));
            Assert.Equal(statistics.Spans, store.GetStatistics().Spans);
            Assert.Single(store.GetStatistics().Problems);

            // A crash right now: all of it or nothing of it.
            files.BeforeChange = null;
            await using (var crashed = StoreProbe.Open(files.Copy()))
            {
                long spans = crashed.GetStatistics().Spans;
                Assert.True(spans == statistics.Spans || spans == statistics.Spans + 80, $"operation {failing}: {spans} spans after a crash");
                Assert.Empty(crashed.GetStatistics().Problems);
            }

            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(2, firstTrace: 20), default);
            Assert.Empty(store.GetStatistics().Problems);
            Assert.Equal(statistics.Spans + 80, store.GetStatistics().Spans);
            Assert.DoesNotContain(files.Paths, path => path.EndsWith(".tmp", StringComparison.Ordinal));
            Assert.Equal(store.GetStatistics().Segments, files.Paths.Count(path => path.EndsWith(".seg", StringComparison.Ordinal)));
            await using var again = StoreProbe.Open(files.Copy());
            Assert.Equal(await StoreProbe.LinesAsync(store), await StoreProbe.LinesAsync(again));
        }
    }

    [Fact]
    public async Task AFullDiskIsSaidAndForgottenOnceThereIsRoom()
    {
        var files = new MemoryFileLayer();
        await using var store = StoreProbe.Open(files);
        files.BeforeChange = what => throw new IOException("No space left on device");
        for (int i = 0; i < 3; i++)
        {
            var failure = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
                await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), default));
            Assert.Contains("No space", failure.Message, StringComparison.Ordinal);
        }
        Assert.Contains("No space", Assert.Single(store.GetStatistics().Problems), StringComparison.Ordinal);
        files.BeforeChange = null;
        await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), default);
        Assert.Empty(store.GetStatistics().Problems);
    }

    [Fact]
    public async Task AReadThatFailsCostsOnlyWhatItReads()
    {
        var files = new MemoryFileLayer();
        List<string> expected;
        await using (var filled = StoreProbe.Open(files))
        {
            await filled.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), default);
            expected = await StoreProbe.LinesAsync(filled);
        }
        int reads = 0;
        files.BeforeRead = (_, _) => reads++;
        await using (var counted = StoreProbe.Open(files))
        {
            await StoreProbe.LinesAsync(counted);
        }
        int incomplete = 0;
        for (int failing = 1; failing < reads; failing += 7)
        {
            await using var store = StoreProbe.Open(files);
            int read = 1; // the manifest's
            files.BeforeRead = (path, _) =>
            {
                if (read++ == failing)
                {
                    throw new IOException($"Input/output error on {path}");
                }
            };
            var lines = await StoreProbe.LinesAsync(store);
            Assert.Empty(lines.Except(expected));
            Assert.Contains("Input/output error", Assert.Single(store.GetStatistics().Problems), StringComparison.Ordinal);
            incomplete += lines.Count < expected.Count ? 1 : 0;
            files.BeforeRead = null;
        }
        Assert.True(incomplete > 0);
    }

    private static async Task<int> CountAsync()
    {
        var files = new MemoryFileLayer();
        await using var store = StoreProbe.Open(files);
        await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), default);
        int operations = 0;
        files.BeforeChange = _ => operations++;
        await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(2, firstTrace: 20), default);
        return operations;
    }

    private static void Refuse(MemoryFileLayer files, int failing)
    {
        int operation = 0;
        files.BeforeChange = what =>
        {
            if (operation++ == failing)
            {
                throw new IOException($"refused: {what}");
            }
        };
    }
}
