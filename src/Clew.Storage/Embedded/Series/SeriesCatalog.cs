using Clew.Core.Files;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Which blocks there are, in memory and on disk: the only one that replaces the manifests. Changes come one at a time, under the store's
/// lock; <see cref="Swap"/> and <see cref="Acquire"/> under its gate.
/// </summary>
/// <remarks>
/// <para>What the first manifest says counts. Where replacing it fails it is not known which one is on disk: what either names stays.</para>
/// <para>Where replacing the second fails the change has taken place, but nothing is deleted until both say the same, so that the older
/// one is still true of what is there.</para>
/// </remarks>
internal sealed class SeriesCatalog
{
    private readonly IFileLayer files;
    private readonly string root;
    private readonly SeriesHealth health;
    private readonly Lock gate = new();
    private readonly HashSet<string> deletable = new(StringComparer.Ordinal); // once both manifests say what is in memory
    private SeriesBlockSet current;
    private long generation;
    private long nextNumber;
    private bool isSettled = true;

    public SeriesCatalog(IFileLayer files, string root, SeriesHealth health, SeriesManifest manifest, IReadOnlySet<string> unusable)
    {
        this.files = files;
        this.root = root;
        this.health = health;
        generation = manifest.Generation;
        nextNumber = manifest.NextNumber;
        Folded = manifest.Folded;
        FirstLog = manifest.FirstLog;
        current = new SeriesBlockSet(
            [.. manifest.Blocks.Select(block => new SeriesBlock(block.Summary, block.Length) { IsExcluded = unusable.Contains(block.Summary.Path) })], Forget);
    }

    public IReadOnlyList<SeriesBlock> All => Volatile.Read(ref current).All;

    /// <summary>The last append in blocks.</summary>
    public AppendId Folded { get; private set; }

    public long FirstLog { get; private set; }

    /// <summary>Both manifests say what is in memory.</summary>
    public bool IsSettled => isSettled;

    /// <summary>A number for a file, never given out again.</summary>
    public long NextNumber() => Interlocked.Increment(ref nextNumber) - 1;

    /// <summary>What <see cref="NextNumber"/> would give.</summary>
    public long PeekNumber => Volatile.Read(ref nextNumber);

    /// <summary>The present set, to be released.</summary>
    public SeriesBlockSet Acquire()
    {
        current.Acquire();
        return current;
    }

    /// <summary>
    /// Replaces blocks by others, durably. The set that reads see changes with <see cref="Swap"/>, which must follow.
    /// </summary>
    /// <exception cref="IOException">The system refuses: nothing has changed for readers; what became of the manifest is open, so the added files stay.</exception>
    public SeriesBlockSet Commit(
        IReadOnlyCollection<SeriesBlock> removed, IReadOnlyList<(SeriesBlockSummary Summary, long Length)> added, AppendId folded, long firstLog)
    {
        SeriesBlock[] kept = removed.Count == 0 ? [.. current.All] : [.. current.All.Except(removed)];
        var manifest = new SeriesManifest(
            ++generation, folded, PeekNumber, firstLog, [.. kept.Select(block => (block.Summary, block.Length)), .. added]);
        lock (gate)
        {
            isSettled = false;
        }
        try
        {
            manifest.Write(files, root, SeriesManifest.FileName);
        }
        catch
        {
            lock (gate)
            {
                deletable.UnionWith(added.Select(block => block.Summary.Path));
            }
            throw;
        }
        foreach (var block in removed)
        {
            block.IsObsolete = true;
        }
        Folded = folded;
        FirstLog = firstLog;
        WriteCopy(manifest);
        return new SeriesBlockSet([.. kept, .. added.Select(block => new SeriesBlock(block.Summary, block.Length))], Forget);
    }

    /// <summary>Readers see the new set from now on.</summary>
    /// <returns>The old one, to be released outside of the gate.</returns>
    public SeriesBlockSet Swap(SeriesBlockSet next)
    {
        var old = current;
        Volatile.Write(ref current, next);
        return old;
    }

    /// <summary>Deletes a file that no manifest names any more, or will not once they are settled.</summary>
    public void Delete(string path)
    {
        lock (gate)
        {
            if (!isSettled)
            {
                deletable.Add(path);
                return;
            }
        }
        TryDelete(path);
    }

    private void WriteCopy(SeriesManifest manifest)
    {
        string[] paths;
        try
        {
            manifest.Write(files, root, SeriesManifest.CopyName);
            lock (gate)
            {
                isSettled = true;
                paths = [.. deletable];
                deletable.Clear();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            health.MaintenanceFailed(failure);
            return;
        }
        foreach (string path in paths)
        {
            TryDelete(path);
        }
    }

    private void Forget(SeriesBlock block)
    {
        if (block.IsObsolete)
        {
            Delete(block.Summary.Path);
        }
    }

    /// <summary>What cannot be deleted the next start removes.</summary>
    private void TryDelete(string path)
    {
        try
        {
            files.Delete(Path.Combine(root, path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Not named by a manifest any more.
        }
    }
}
