using Clew.Ingest.Journal;

namespace Clew.Ingest.Pipeline;

/// <summary>The journal's records for several threads: each takes the next one with a copy of its payload. Thread-safe.</summary>
/// <param name="replay">Its records are valid until the next one is asked for. Owned.</param>
internal sealed class ReplayedRecords(IEnumerable<JournalRecord> replay) : IDisposable
{
    private readonly Lock gate = new();
    private readonly IEnumerator<JournalRecord> records = replay.GetEnumerator();
    private bool hasEnded;

    /// <summary>Records taken.</summary>
    public long Count { get; private set; }

    /// <summary>Takes the next record; false at the end.</summary>
    /// <param name="buffer">The caller's own, for the payload; replaced where it is too small.</param>
    /// <param name="record">The record, its payload in the buffer.</param>
    public bool TryNext(ref byte[] buffer, out JournalRecord record)
    {
        lock (gate)
        {
            record = default;
            if (hasEnded || !records.MoveNext())
            {
                hasEnded = true;
                return false;
            }
            Count++;
            record = records.Current;
            var payload = record.Payload;
            if (buffer.Length < payload.Count)
            {
                buffer = GC.AllocateUninitializedArray<byte>(Math.Max(payload.Count, 2 * buffer.Length));
            }
            payload.AsSpan().CopyTo(buffer);
            record = record with { Payload = new ArraySegment<byte>(buffer, 0, payload.Count) };
            return true;
        }
    }

    /// <summary>Nothing more is given: a thread has failed.</summary>
    public void End()
    {
        lock (gate)
        {
            hasEnded = true;
        }
    }

    /// <summary>Ends the replay; no thread may still take records.</summary>
    public void Dispose() => records.Dispose();
}
