namespace Clew.Storage.Embedded.Series;

/// <summary>A block in use. State: counted by the sets that show it, so that its file goes only when no read needs it.</summary>
internal sealed class SeriesBlock(SeriesBlockSummary summary, long length)
{
    private readonly Lock gate = new();
    private HashSet<int>? badPages;
    private int references;
    private SeriesBlockDirectory? directory;
    private int[]? ids;

    public SeriesBlockSummary Summary => summary;

    /// <summary>Bytes on disk.</summary>
    public long Length => length;

    /// <summary>It cannot be read at all.</summary>
    public bool IsExcluded { get; set; }

    /// <summary>Its file goes with the last set that shows it.</summary>
    public bool IsObsolete { get; set; }

    /// <summary>Some of it, or all, cannot be read.</summary>
    public bool IsDamaged
    {
        get
        {
            lock (gate)
            {
                return IsExcluded || badPages is not null;
            }
        }
    }

    /// <summary>Footer and keys, once read.</summary>
    public SeriesBlockDirectory? Directory => Volatile.Read(ref directory);

    /// <summary>Number of each of its series among the tenant's.</summary>
    public int[]? Ids => Volatile.Read(ref ids);

    public void Acquire() => Interlocked.Increment(ref references);

    /// <summary>True when nothing shows it any more.</summary>
    public bool Release() => Interlocked.Decrement(ref references) == 0;

    public bool IsBad(int page)
    {
        lock (gate)
        {
            return badPages?.Contains(page) == true;
        }
    }

    /// <summary>True where it was not known before.</summary>
    public bool MarkBad(int page)
    {
        lock (gate)
        {
            return (badPages ??= []).Add(page);
        }
    }

    /// <summary>Remembers what was read, with the numbers and the objects that the tenant's keys have.</summary>
    public void Know(SeriesBlockDirectory read, SeriesKeys keys)
    {
        int[] numbers = new int[read.Keys.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = keys.Add(read.Keys[i]);
            read.Keys[i] = keys[numbers[i]];
        }
        Volatile.Write(ref ids, numbers);
        Volatile.Write(ref directory, read);
    }
}
