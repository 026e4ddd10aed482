using Clew.Core.Measures;

namespace Clew.Ingest.Otlp;

/// <summary>What the OTLP receivers have taken and refused since the start. Thread-safe; each figure is exact, together they may be a moment apart.</summary>
public sealed class OtlpStatistics
{
    private long requests;
    private long payloadBytes;
    private long receivedSpans;
    private long rejectedSpans;
    private long rejectedOtherRecords;
    private long malformedPayloads;
    private long oversizedPayloads;
    private long refusedRequests;

    /// <summary>Time from a payload's arrival until it was kept, of those accepted; seconds.</summary>
    public Histogram Durations { get; } = new(Histogram.Seconds);

    /// <summary>Export requests whose payload was read.</summary>
    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Bytes of those payloads, decompressed.</summary>
    public long PayloadBytes => Interlocked.Read(ref payloadBytes);

    /// <summary>Spans acknowledged.</summary>
    public long ReceivedSpans => Interlocked.Read(ref receivedSpans);

    /// <summary>Spans rejected one by one, for an invalid id or a bound.</summary>
    public long RejectedSpans => Interlocked.Read(ref rejectedSpans);

    /// <summary>Log records, data points and profiles, none of which are kept.</summary>
    public long RejectedOtherRecords => Interlocked.Read(ref rejectedOtherRecords);

    /// <summary>Payloads answered 400 or INVALID_ARGUMENT.</summary>
    public long MalformedPayloads => Interlocked.Read(ref malformedPayloads);

    /// <summary>Payloads answered 413 or RESOURCE_EXHAUSTED.</summary>
    public long OversizedPayloads => Interlocked.Read(ref oversizedPayloads);

    /// <summary>Requests answered "try again": 429, 503, UNAVAILABLE.</summary>
    public long RefusedRequests => Interlocked.Read(ref refusedRequests);

    internal void CountPayload(int bytes)
    {
        Interlocked.Increment(ref requests);
        Interlocked.Add(ref payloadBytes, bytes);
    }

    internal void CountSpans(int received, int rejected)
    {
        Interlocked.Add(ref receivedSpans, received);
        Interlocked.Add(ref rejectedSpans, rejected);
    }

    internal void CountOtherRecords(long rejected) => Interlocked.Add(ref rejectedOtherRecords, rejected);

    internal void CountMalformed() => Interlocked.Increment(ref malformedPayloads);

    internal void CountOversized() => Interlocked.Increment(ref oversizedPayloads);

    internal void CountRefused() => Interlocked.Increment(ref refusedRequests);
}
