namespace Clew.Testing.Files;

/// <summary>
/// A directory's entries as programs see them, and the changes that no sync has made durable: after a power cut any first part of
/// them may have happened (file systems journal their directories in order).
/// </summary>
internal sealed class FaultyDirectory
{
    private readonly List<Action<SortedDictionary<string, FaultyFile>>> unsynced = [];
    private SortedDictionary<string, FaultyFile> durable = new(StringComparer.Ordinal);

    public SortedDictionary<string, FaultyFile> Entries { get; } = new(StringComparer.Ordinal);

    public void Create(string name, FaultyFile file) => Change(entries => entries[name] = file);

    public void Delete(string name) => Change(entries => entries.Remove(name));

    public void Rename(string from, string to) => Change(entries =>
    {
        if (entries.Remove(from, out var file))
        {
            entries[to] = file;
        }
    });

    public void Sync()
    {
        durable = new SortedDictionary<string, FaultyFile>(Entries, StringComparer.Ordinal);
        unsynced.Clear();
    }

    /// <summary>The entries after a power cut; see <see cref="FaultyFile.AfterPowerCut"/>.</summary>
    public SortedDictionary<string, FaultyFile> AfterPowerCut(Random random, bool? keep)
    {
        var image = new SortedDictionary<string, FaultyFile>(durable, StringComparer.Ordinal);
        int happened = keep switch { true => unsynced.Count, false => 0, null => random.Next(unsynced.Count + 1) };
        for (int i = 0; i < happened; i++)
        {
            unsynced[i](image);
        }
        return image;
    }

    private void Change(Action<SortedDictionary<string, FaultyFile>> change)
    {
        change(Entries);
        unsynced.Add(change);
    }
}
