using Clew.Core.Files;
using Clew.Testing.Files;

namespace Clew.Core.Tests.Files;

/// <summary>The faults the other tests rely on do happen.</summary>
public class FaultyFileLayerTests
{
    private const string Path = "/d/file";

    private readonly FaultyFileLayer layer = new(1);

    public FaultyFileLayerTests() => layer.CreateDirectory("/d");

    [Fact]
    public void Unsynced_sectors_are_kept_or_lost_one_by_one()
    {
        using var file = Synced(new byte[4 * 512]);
        file.Write([.. Enumerable.Repeat((byte)1, 4 * 512)], 0);
        var images = Images(Path).Select(bytes => string.Concat(Enumerable.Range(0, 4).Select(sector => bytes[sector * 512]))).Distinct().ToList();
        Assert.Equal(16, images.Count);
        Assert.All(Images(Path), bytes => Assert.All(Enumerable.Range(0, 4), i => Assert.Single(bytes[(i * 512)..((i + 1) * 512)].Distinct())));
        file.Sync();
        Assert.All(Images(Path), bytes => Assert.DoesNotContain((byte)0, bytes));
    }

    [Fact]
    public void An_unsynced_rename_or_creation_may_be_lost()
    {
        using var file = Synced([1]);
        layer.Rename(Path, "/d/other");
        Assert.Equal(["file", "other"], Enumerable.Range(0, 50).Select(seed => layer.AfterPowerCut(seed).ListFiles("/d").Single()).Distinct().Order());
        layer.SyncDirectory("/d");
        Assert.Equal("other", layer.AfterPowerCut(1, keep: false).ListFiles("/d").Single());
        layer.Open("/d/new", DataFileMode.Create).Dispose();
        Assert.DoesNotContain("new", layer.AfterPowerCut(1, keep: false).ListFiles("/d"));
    }

    [Fact]
    public void The_power_goes_off_at_the_operation_asked_for_and_stays_off()
    {
        using var file = Synced([1]);
        layer.CutAt = layer.Operations + 1;
        file.Write([2], 0);
        Assert.Throws<PowerCutException>(file.Sync);
        Assert.True(layer.IsOff);
        Assert.Throws<PowerCutException>(() => file.Write([3], 0));
        Assert.Equal([1, 2], Images(Path).Select(bytes => (int)bytes[0]).Distinct().Order());
    }

    [Fact]
    public void What_a_failed_sync_lost_a_later_one_does_not_bring_back()
    {
        using var file = Synced(new byte[64 * 512]);
        file.Write([.. Enumerable.Repeat((byte)1, 64 * 512)], 0);
        layer.Refuse = operation => operation.Kind == FileOperationKind.Sync ? DiskErrors.InputOutput() : null;
        Assert.Throws<IOException>(file.Sync);
        layer.Refuse = null;
        file.Sync();
        byte[] seen = new byte[64 * 512];
        file.Read(seen, 0);
        Assert.All(seen, b => Assert.Equal(1, b));
        Assert.Contains((byte)0, layer.AfterPowerCut(1, keep: false).ReadAll(Path));
    }

    private IDataFile Synced(byte[] content)
    {
        var file = layer.Open(Path, DataFileMode.Create);
        file.Write(content, 0);
        file.Sync();
        layer.SyncDirectory("/d");
        return file;
    }

    private List<byte[]> Images(string path) => [.. Enumerable.Range(0, 200).Select(seed => layer.AfterPowerCut(seed).ReadAll(path))];
}
