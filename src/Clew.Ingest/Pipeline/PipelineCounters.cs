using Clew.Ingest.Closing;

namespace Clew.Ingest.Pipeline;

/// <summary>Counters of the pipeline. Only grow; each is read and written atomically.</summary>
internal sealed class PipelineCounters
{
    private long received;
    private long duplicates;
    private long recovered;
    private long stored;
    private long refused;

    /// <summary>Traces handed to the store, and what was odd about them.</summary>
    public ClosedTraceCounters Closed { get; } = new();

    public long Received => Interlocked.Read(ref received);

    public long Duplicates => Interlocked.Read(ref duplicates);

    public long Recovered => Interlocked.Read(ref recovered);

    public long Stored => Interlocked.Read(ref stored);

    public long Refused => Interlocked.Read(ref refused);

    public void CountReceived(int spans, int added)
    {
        Interlocked.Add(ref received, spans);
        Interlocked.Add(ref duplicates, spans - added);
    }

    public void CountRecovered(int spans) => Interlocked.Add(ref recovered, spans);

    public void CountStored(int spans) => Interlocked.Add(ref stored, spans);

    public void CountRefused() => Interlocked.Increment(ref refused);
}
