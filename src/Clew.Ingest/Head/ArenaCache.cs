namespace Clew.Ingest.Head;

/// <summary>
/// What a reader makes of an arena's dictionary and classes. It may remember ids of strings, also that a string is not there: an arena that
/// grew or was emptied needs a new one.
/// </summary>
/// <remarks>Bounded by the arenas. Called with the lock of the arena's shard; belongs to one reader.</remarks>
internal sealed class ArenaCache<T>(Func<Arena, T> make)
    where T : class
{
    private readonly Dictionary<Arena, (T Made, long Version, int Strings, int Classes)> all = [];
    private Arena? last;
    private T? made;
    private long version;
    private int strings;
    private int classes;

    /// <summary>What was made of the arena as it is now.</summary>
    public T Get(Arena arena)
    {
        if (last == arena && version == arena.Version && strings == arena.Batch.Strings.Count && classes == arena.Classes.Count)
        {
            return made!;
        }
        last = arena;
        version = arena.Version;
        strings = arena.Batch.Strings.Count;
        classes = arena.Classes.Count;
        if (all.TryGetValue(arena, out var known) && known.Version == version && known.Strings == strings && known.Classes == classes)
        {
            return made = known.Made;
        }
        made = make(arena);
        all[arena] = (made, version, strings, classes);
        return made;
    }
}
