using Clew.Ingest.Intake;
using Clew.Ingest.Journal;

namespace Clew.Ingest.Tests.Pipeline;

/// <summary>A journal that survives the pipeline's crash because the test keeps it. Every released record is gone for good.</summary>
internal sealed class MemoryJournal : IJournal
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, IngestPayload> records = [];
    private long sequence;

    /// <summary>Most records it takes.</summary>
    public int Bound { get; set; } = int.MaxValue;

    public bool Refuses { get; set; }

    /// <summary>Waited for before an append returns: the record is durable, but nobody knows.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    public List<long> Needed
    {
        get
        {
            lock (gate)
            {
                return [.. records.Keys];
            }
        }
    }

    public IEnumerable<JournalRecord> Replay()
    {
        foreach (long position in Needed)
        {
            var payload = records[position];
            yield return new JournalRecord(new JournalPosition(position), 0, payload.Tenant, payload.Format, payload.Bytes.ToArray());
        }
    }

    public async ValueTask<JournalPosition> AppendAsync(IngestPayload payload, CancellationToken cancellationToken)
    {
        long position;
        lock (gate)
        {
            if (Refuses || records.Count >= Bound)
            {
                sequence++; // a number may be burnt
                throw new JournalUnavailableException("no", isFull: !Refuses);
            }
            position = ++sequence;
            records.Add(position, payload with { Bytes = payload.Bytes.ToArray() });
        }
        await Hold;
        return new JournalPosition(position);
    }

    public void Release(JournalPosition oldestNeeded)
    {
        lock (gate)
        {
            foreach (long position in records.Keys.Where(p => p < oldestNeeded.Sequence).ToList())
            {
                records.Remove(position);
            }
        }
    }

    public JournalStatistics GetStatistics()
    {
        lock (gate)
        {
            return new JournalStatistics(records.Count, Bound, records.Count, []);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
