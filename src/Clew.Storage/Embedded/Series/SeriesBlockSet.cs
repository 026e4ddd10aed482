namespace Clew.Storage.Embedded.Series;

/// <summary>The blocks at one moment. Model: immutable, swapped whole; counted, so that a file goes only when no read needs it.</summary>
internal sealed class SeriesBlockSet
{
    private readonly Action<SeriesBlock> onUnused;
    private int references = 1;

    public SeriesBlockSet(IReadOnlyList<SeriesBlock> blocks, Action<SeriesBlock> onUnused)
    {
        this.onUnused = onUnused;
        All = blocks;
        foreach (var block in blocks)
        {
            block.Acquire();
        }
    }

    public IReadOnlyList<SeriesBlock> All { get; }

    public void Acquire() => Interlocked.Increment(ref references);

    public void Release()
    {
        if (Interlocked.Decrement(ref references) != 0)
        {
            return;
        }
        foreach (var block in All)
        {
            if (block.Release())
            {
                onUnused(block);
            }
        }
    }
}
