using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// By column and plan: which of the plan's attributes goes to the column. With it attributes are written column by column. Bounded to as many
/// bytes as <see cref="MostCells"/>.
/// </summary>
internal sealed class PlanTable
{
    private const int MostCells = 1 << 20;
    private const byte None = byte.MaxValue;

    // Column by column every owner is looked at for every column: worth it where so many of these looks find something.
    private const int LooksPerValue = 4;

    private readonly ColumnWriter[] columns;
    private readonly int plans;
    private readonly byte[] cells;
    private readonly bool[] irregular; // by plan: it uses the catch-all, or a column twice, or has too many attributes
    private int[] numbers = [];
    private int[] starts = [];

    private PlanTable(IReadOnlyList<AttributePlan> all, ColumnWriter[] columns)
    {
        this.columns = columns;
        plans = all.Count;
        cells = new byte[columns.Length * plans];
        cells.AsSpan().Fill(None);
        irregular = new bool[plans];
        foreach (var plan in all)
        {
            irregular[plan.Number] = plan.Columns.Length >= None;
            for (int i = 0; i < plan.Columns.Length && !irregular[plan.Number]; i++)
            {
                int cell = plan.Columns[i] is { } column ? ((column.Ordinal - 1) * plans) + plan.Number : -1;
                irregular[plan.Number] = cell < 0 || cells[cell] != None;
                if (cell >= 0)
                {
                    cells[cell] = (byte)i;
                }
            }
        }
    }

    /// <summary>The table, or null where writing owner by owner is cheaper.</summary>
    /// <param name="plans">All plans.</param>
    /// <param name="columns">The columns, by ordinal from 1.</param>
    public static PlanTable? Build(IReadOnlyList<AttributePlan> plans, ColumnWriter[] columns)
    {
        long owners = plans.Sum(plan => (long)plan.Owners);
        long values = plans.Sum(plan => (long)plan.Owners * plan.Keys.Length);
        bool pays = columns.Length > 0 && owners * columns.Length <= LooksPerValue * values && (long)columns.Length * plans.Count <= MostCells;
        return pays ? new PlanTable(plans, columns) : null;
    }

    /// <summary>True where owners with that plan can be written with the table.</summary>
    public bool IsRegular(int plan) => !irregular[plan];

    /// <summary>Writes the attributes of the owners with these rows.</summary>
    /// <param name="rows">The owners.</param>
    /// <param name="planOf">By row: the plan.</param>
    /// <param name="attributes">By row: where its attributes lie.</param>
    /// <param name="values">The attributes' values.</param>
    public void Write(ReadOnlySpan<int> rows, ReadOnlySpan<int> planOf, ReadOnlySpan<RowRange> attributes, ReadOnlySpan<long> values)
    {
        if (numbers.Length < rows.Length)
        {
            numbers = new int[rows.Length];
            starts = new int[rows.Length];
        }
        var plan = numbers.AsSpan(0, rows.Length);
        var start = starts.AsSpan(0, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            plan[i] = planOf[rows[i]];
            start[i] = attributes[rows[i]].Start;
        }
        foreach (var column in columns)
        {
            var attributeOf = cells.AsSpan((column.Ordinal - 1) * plans, plans);
            var room = column.Reserve(rows.Length);
            int count = 0;
            for (int i = 0; i < plan.Length; i++)
            {
                // Without a branch: whether an owner has the attribute cannot be foreseen.
                int attribute = attributeOf[plan[i]];
                int has = (attribute - None) >> 31; // −1 or 0
                room[count] = values[(start[i] + attribute) & has];
                count -= has;
            }
            column.Unreserve(rows.Length - count);
            column.Texts?.Map(room[..count]);
            column.EndPageNow();
        }
    }
}
