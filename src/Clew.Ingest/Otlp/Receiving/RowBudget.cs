namespace Clew.Ingest.Otlp.Receiving;

/// <summary>
/// What the columns of one payload may take. Rows that hold nothing take two bytes on the wire and two dozen in memory; so what is read is
/// bounded on its own, and counted into the bytes of all payloads together while it is held.
/// </summary>
/// <remarks>Not thread-safe. Dispose gives the bytes back.</remarks>
internal sealed class RowBudget(BufferBudget budget, long limit) : IDisposable
{
    private long held;

    /// <summary>Why a reader was told to stop, if one was.</summary>
    public PayloadError Error { get; private set; }

    /// <summary>Notes what the columns take by now. False where that is too much, for good or just now; see <see cref="Error"/>.</summary>
    public bool TryHold(long bytes)
    {
        if (bytes > limit)
        {
            Error = PayloadError.TooLarge;
            return false;
        }
        if (bytes > held)
        {
            if (!budget.TryTake(bytes - held))
            {
                Error = PayloadError.NoRoom;
                return false;
            }
            held = bytes;
        }
        return true;
    }

    public void Dispose()
    {
        budget.GiveBack(held);
        held = 0;
    }
}
