namespace Clew.Load.Crash;

/// <summary>Waits until a process has made or renamed so many files in its directory.</summary>
internal sealed class FileMoment : IDisposable
{
    private readonly FileSystemWatcher watcher;
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int left;

    /// <param name="directory">Watched with everything below it.</param>
    /// <param name="suffix">Only names that end so.</param>
    /// <param name="count">Events to wait for.</param>
    public FileMoment(string directory, string suffix, int count)
    {
        left = count;
        watcher = new FileSystemWatcher(directory, "*" + suffix)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName,
        };
        watcher.Created += (_, _) => Seen();
        watcher.Renamed += (_, _) => Seen();
        watcher.EnableRaisingEvents = true;
    }

    /// <summary>True when it came to that within the time.</summary>
    public async Task<bool> WaitAsync(TimeSpan patience) => await Task.WhenAny(reached.Task, Task.Delay(patience)) == reached.Task;

    public void Dispose() => watcher.Dispose();

    private void Seen()
    {
        if (Interlocked.Decrement(ref left) == 0)
        {
            reached.TrySetResult();
        }
    }
}
