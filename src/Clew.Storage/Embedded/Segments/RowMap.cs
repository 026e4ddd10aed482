namespace Clew.Storage.Embedded.Segments;

/// <summary>Numbers the rows of a batch's table that a segment uses, in order of first use.</summary>
internal sealed class RowMap(int rows)
{
    private readonly int[] mapped = new int[rows]; // row in the segment + 1

    /// <summary>Rows of the batch, by row of the segment.</summary>
    public List<int> Rows { get; } = [];

    /// <summary>The row in the segment.</summary>
    public int Map(int row)
    {
        if (mapped[row] == 0)
        {
            Rows.Add(row);
            mapped[row] = Rows.Count;
        }
        return mapped[row] - 1;
    }

    /// <summary>Replaces rows of the batch by rows in the segment.</summary>
    public void Map(Span<long> rows)
    {
        foreach (ref long row in rows)
        {
            int known = mapped[row];
            row = known != 0 ? known - 1 : Map((int)row);
        }
    }
}
