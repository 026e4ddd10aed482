using Clew.Core.Columns;
using Clew.Ingest.Otlp.Receiving;

namespace Clew.Ingest.Otlp;

/// <summary>Looks after every few thousand rows how much a batch has grown. Without a budget, as in replay, it never stops a reader.</summary>
internal struct RowMeter(SpanBatch batch, RowBudget? budget)
{
    private const int RowsBetweenLooks = 4096;

    private int rowsLeft = RowsBetweenLooks;

    /// <summary>Counts rows as they are added, or were added and taken back. False where the reader must stop.</summary>
    public bool TryAdd(int rows)
    {
        rowsLeft -= rows;
        if (rowsLeft >= 0 || budget is null)
        {
            return true;
        }
        rowsLeft = RowsBetweenLooks;
        return budget.TryHold(batch.UsedBytes);
    }
}
