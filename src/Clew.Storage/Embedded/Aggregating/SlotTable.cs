namespace Clew.Storage.Embedded.Aggregating;

/// <summary>
/// Gives each combination of the vectors' numbers a slot: straight by computing one where there are few combinations, through a table
/// where there are more, through maps where their number is not known. Bounded by the distinct groups of a segment.
/// </summary>
internal sealed class SlotTable
{
    private const int MostDirect = 1 << 17;
    private const int LargestTable = 1 << 20;

    private readonly GroupVector[] vectors;
    private readonly int[]? table; // slot + 1 by combination
    private readonly Dictionary<(int, int), int>[]? maps;
    private readonly bool isDirect;
    private int[] ids = []; // of table and maps: the vectors' numbers by slot

    public SlotTable(GroupVector[] vectors)
    {
        this.vectors = vectors;
        long product = 1;
        foreach (var vector in vectors)
        {
            product = vector.Cardinality == 0 || product > LargestTable ? long.MaxValue / int.MaxValue : product * vector.Cardinality;
        }
        isDirect = product <= MostDirect;
        if (isDirect)
        {
            Slots = (int)product;
        }
        else if (product <= LargestTable)
        {
            table = new int[product];
        }
        else
        {
            maps = [.. vectors.Select(_ => new Dictionary<(int, int), int>())];
        }
    }

    /// <summary>Slots so far; those that hold no span are to be passed.</summary>
    public int Slots { get; private set; }

    /// <summary>Fills in the slot of each of the rows.</summary>
    /// <param name="columns">The vectors' numbers by row.</param>
    /// <param name="rows">The rows that count.</param>
    /// <param name="slots">By position in <paramref name="rows"/>.</param>
    public void Assign(int[][] columns, ReadOnlySpan<int> rows, Span<int> slots)
    {
        if (maps is not null)
        {
            AssignFromMaps(columns, rows, slots, maps);
            return;
        }
        slots.Clear();
        for (int i = 0; i < vectors.Length; i++)
        {
            int cardinality = vectors[i].Cardinality;
            int[] column = columns[i];
            for (int k = 0; k < rows.Length; k++)
            {
                slots[k] = (slots[k] * cardinality) + column[rows[k]];
            }
        }
        if (table is null)
        {
            return;
        }
        for (int k = 0; k < rows.Length; k++)
        {
            ref int known = ref table[slots[k]];
            if (known == 0)
            {
                known = Add(columns, rows[k]) + 1;
            }
            slots[k] = known - 1;
        }
    }

    /// <summary>A vector's numbers of the slots given.</summary>
    public void Numbers(int vector, ReadOnlySpan<int> slots, Span<int> numbers)
    {
        int divisor = 1;
        for (int i = vector + 1; isDirect && i < vectors.Length; i++)
        {
            divisor *= vectors[i].Cardinality;
        }
        for (int k = 0; k < slots.Length; k++)
        {
            numbers[k] = isDirect ? slots[k] / divisor % vectors[vector].Cardinality : ids[(slots[k] * vectors.Length) + vector];
        }
    }

    private void AssignFromMaps(int[][] columns, ReadOnlySpan<int> rows, Span<int> slots, Dictionary<(int, int), int>[] prefixes)
    {
        for (int k = 0; k < rows.Length; k++)
        {
            int combined = 0;
            // Pair by pair: the last map's values are slots, the others' are numbers of prefixes.
            for (int i = 0; i < vectors.Length; i++)
            {
                var map = prefixes[i];
                var pair = (combined, columns[i][rows[k]]);
                if (!map.TryGetValue(pair, out int number))
                {
                    number = i == vectors.Length - 1 ? Add(columns, rows[k]) : map.Count;
                    map.Add(pair, number);
                }
                combined = number;
            }
            slots[k] = combined;
        }
    }

    private int Add(int[][] columns, int row)
    {
        int slot = Slots++;
        int needed = Slots * vectors.Length;
        if (ids.Length < needed)
        {
            Array.Resize(ref ids, Math.Max(needed, ids.Length * 2));
        }
        for (int i = 0; i < vectors.Length; i++)
        {
            ids[(slot * vectors.Length) + i] = columns[i][row];
        }
        return slot;
    }
}
