using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Analysis.Series;

/// <summary>
/// Counts one batch into a delta. Remembers, while the batch lasts, which series a combination of its string ids stands for, and the cell
/// a series was last counted in, so that counting a span looks up numbers and no text.
/// </summary>
/// <remarks>Bounded by the combinations in the batch; the tables are reused. Belongs to one thread at a time.</remarks>
internal sealed class SeriesTally(SeriesCatalog catalog)
{
    private Slot[] slots = new Slot[1024];
    private Memo[] memos = []; // by series
    private SeriesDelta delta = new();
    private List<CountedCall>? noted;
    private int used;
    private int batch;

    /// <summary>Spans or calls that were counted under a folded name.</summary>
    public long Folded { get; private set; }

    /// <summary>Starts a batch, into that delta.</summary>
    /// <param name="into">What is counted.</param>
    /// <param name="instead">Where counts are noted and not counted; null to count them.</param>
    public void Begin(SeriesDelta into, List<CountedCall>? instead = null)
    {
        delta = into;
        noted = instead;
        Array.Clear(slots);
        used = 0;
        batch++;
    }

    /// <summary>The series of a combination, or −1 where it was not <see cref="Set"/> in this batch.</summary>
    public int Find(ulong high, ulong low)
    {
        int mask = slots.Length - 1;
        for (int at = Hash(high, low) & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref slots[at];
            if (slot.High == high && slot.Low == low && slot.Series != 0)
            {
                return slot.Series - 1;
            }
            if (slot.Series == 0)
            {
                return -1;
            }
        }
    }

    /// <summary>Names the series of a combination that has none yet.</summary>
    public void Set(ulong high, ulong low, int series)
    {
        if (used > slots.Length / 2)
        {
            Slot[] old = slots;
            slots = new Slot[old.Length * 2];
            foreach (var slot in old)
            {
                if (slot.Series != 0)
                {
                    Place(slot);
                }
            }
        }
        Place(new Slot { High = high, Low = low, Series = series + 1 });
        used++;
    }

    /// <summary>Counts one. Returns its cell of the delta; −1 where it is noted instead.</summary>
    /// <param name="series">Its series.</param>
    /// <param name="time">Unix nanoseconds: when it started.</param>
    /// <param name="duration">Nanoseconds.</param>
    /// <param name="isError">True where it failed.</param>
    /// <param name="times">How many it stands for.</param>
    public int Count(int series, ulong time, ulong duration, bool isError, ulong times = 1)
    {
        if (noted is not null)
        {
            noted.Add(new CountedCall(series, time, duration, isError, times));
            return -1;
        }
        int cell = CellOf(series, time);
        if (times == 1)
        {
            delta.Add(cell, duration, isError);
        }
        else
        {
            delta.Add(cell, duration, isError, times);
        }
        if (memos[series].IsFolded)
        {
            Folded++;
        }
        return cell;
    }

    /// <summary>Notes that the trace of one that was counted is kept.</summary>
    public void Offer(int series, ulong time, ulong duration, TraceId traceId) => delta.Offer(CellOf(series, time), traceId, duration);

    private int CellOf(int series, ulong time)
    {
        if (series >= memos.Length)
        {
            Array.Resize(ref memos, Math.Max(1024, series * 2));
        }
        ref var memo = ref memos[series];
        if (memo.Batch != batch || time - memo.Step >= SeriesDelta.StepWidth)
        {
            memo.Batch = batch;
            memo.Step = SeriesDelta.StepOf(time);
            memo.Cell = delta.CellOf(catalog[series], memo.Step);
            memo.IsFolded = catalog.IsFolded(series);
        }
        return memo.Cell;
    }

    private void Place(Slot slot)
    {
        int mask = slots.Length - 1;
        int at = Hash(slot.High, slot.Low) & mask;
        while (slots[at].Series != 0)
        {
            at = (at + 1) & mask;
        }
        slots[at] = slot;
    }

    private static int Hash(ulong high, ulong low)
    {
        ulong top = Math.BigMul(high ^ 0x9E3779B97F4A7C15UL, (low * 0xC2B2AE3D27D4EB4FUL) ^ 0x2D358DCCAA6C78A5UL, out ulong bottom);
        return (int)((top ^ bottom) >> 20);
    }

    private struct Slot
    {
        public ulong High;
        public ulong Low;
        public int Series; // + 1, 0: free
    }

    private struct Memo
    {
        public ulong Step;
        public int Cell;
        public int Batch;
        public bool IsFolded;
    }
}
