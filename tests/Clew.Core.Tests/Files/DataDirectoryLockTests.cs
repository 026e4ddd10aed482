using Clew.Core.Files;

namespace Clew.Core.Tests.Files;

public sealed class DataDirectoryLockTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("clew-lock-").FullName;

    [Fact]
    public void A_second_holder_is_refused_in_one_line_that_names_the_first()
    {
        using var first = DataDirectoryLock.Acquire(directory);
        var failure = Assert.Throws<DataDirectoryUnavailableException>(() => DataDirectoryLock.Acquire(directory));
        Assert.True(failure.IsInUse);
        Assert.Equal($"The data directory '{directory}' is in use by process {Environment.ProcessId}.", failure.Message);
    }

    [Fact]
    public void It_is_free_again_when_released()
    {
        DataDirectoryLock.Acquire(directory).Dispose();
        DataDirectoryLock.Acquire(directory).Dispose();
    }

    [Fact]
    public void Leftover_files_of_a_dead_process_lock_nothing()
    {
        File.WriteAllText(Path.Combine(directory, DataDirectoryLock.LockFileName), "");
        File.WriteAllText(Path.Combine(directory, DataDirectoryLock.HolderFileName), "1");
        using var held = DataDirectoryLock.Acquire(directory);
        Assert.Equal(directory, held.DirectoryPath);
    }

    [Fact]
    public void A_damaged_byte_in_its_files_is_without_effect()
    {
        DataDirectoryLock.Acquire(directory).Dispose();
        string lockFile = Path.Combine(directory, DataDirectoryLock.LockFileName);
        string holder = Path.Combine(directory, DataDirectoryLock.HolderFileName);
        Assert.Empty(File.ReadAllBytes(lockFile)); // nothing to damage
        byte[] bytes = File.ReadAllBytes(holder);
        for (int at = 0; at < bytes.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] damaged = [.. bytes];
                damaged[at] ^= (byte)(1 << bit);
                File.WriteAllBytes(holder, damaged);
                using var held = DataDirectoryLock.Acquire(directory);
                Assert.Throws<DataDirectoryUnavailableException>(() => DataDirectoryLock.Acquire(directory));
            }
        }
    }

    [Fact]
    public void A_missing_directory_is_created()
    {
        using var held = DataDirectoryLock.Acquire(Path.Combine(directory, "a", "b"));
        Assert.True(Directory.Exists(Path.Combine(directory, "a", "b")));
    }

    [Fact]
    public void A_directory_that_cannot_be_used_is_named_in_one_line()
    {
        string file = Path.Combine(directory, "file");
        File.WriteAllText(file, "");
        var failure = Assert.Throws<DataDirectoryUnavailableException>(() => DataDirectoryLock.Acquire(Path.Combine(file, "data")));
        Assert.False(failure.IsInUse);
        Assert.StartsWith($"The data directory '{Path.Combine(file, "data")}' cannot be used: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
