using Clew.Ingest.Intake;
using Clew.Ingest.Otlp;
using Clew.Ingest.Pipeline;
using Clew.Server.Api.Metrics;

namespace Clew.Server.SelfMonitoring;

/// <summary>What comes in and what becomes of it.</summary>
internal sealed class IntakeMetrics(OtlpStatistics otlp, IntakeLimit limit, SpanPipeline pipeline) : IMetricSource
{
    public void Collect(MetricWriter writer)
    {
        writer.Counter("clew_requests", "Export requests whose payload was read.", otlp.Requests);
        writer.Counter("clew_payload_bytes", "Bytes of payloads, decompressed.", otlp.PayloadBytes);
        writer.Counter("clew_received_spans", "Spans acknowledged.", otlp.ReceivedSpans);
        writer.Counter("clew_rejected_spans", "Spans rejected one by one, for an invalid id or a bound.", otlp.RejectedSpans);
        writer.Counter("clew_rejected_other_records", "Log records, data points and profiles, none of which are kept.", otlp.RejectedOtherRecords);
        writer.BeginCounter("clew_refused_payloads", "Payloads not taken, by reason: malformed, oversized, or told to try again.");
        writer.Sample(otlp.MalformedPayloads, ("reason", "malformed"));
        writer.Sample(otlp.OversizedPayloads, ("reason", "oversized"));
        writer.Sample(otlp.RefusedRequests, ("reason", "try_again"));
        writer.Counter("clew_refused_by_cap", "Payloads told to try again because of Intake:SpansPerSecond.", limit.RefusedPayloads);
        writer.Gauge("clew_intake_cap_spans_per_second", "Intake:SpansPerSecond; 0: no cap.", limit.SpansPerSecond);
        writer.Gauge("clew_intake_available_spans", "Spans that may come at once now; below zero while a payload is worked off.", limit.Available);
        writer.BeginHistogram("clew_receive_duration_seconds", "Time from a payload's arrival until it is in the journal and can be found.");
        writer.Buckets(otlp.Durations);

        var now = pipeline.GetStatistics();
        writer.Counter("clew_duplicate_spans", "Spans received that were in the head already.", now.DuplicateSpans);
        writer.Counter("clew_recovered_spans", "Spans read back from the journal at start.", now.RecoveredSpans);
        writer.Gauge("clew_open_spans", "Spans of open traces.", now.OpenSpans);
        writer.Gauge("clew_open_traces", "Traces that are open.", now.OpenTraces);
        writer.Gauge("clew_waiting_spans", "Spans of closed traces that wait for the store.", now.WaitingSpans);
        writer.Counter("clew_stored_spans", "Spans handed to the store.", now.StoredSpans);
        writer.BeginCounter("clew_closed_traces", "Traces closed before they were quiet, by reason.");
        writer.Sample(now.ClosedEarly, ("reason", "early"));
        writer.Sample(now.ClosedAtBound, ("reason", "at_bound"));
        writer.Counter("clew_late_parts", "Parts opened for spans that came after their trace had closed.", now.LateParts);
        writer.Counter("clew_refused_for_room", "Payloads refused because head or journal were full.", now.RefusedPayloads);
        var closed = now.Closed;
        writer.Counter("clew_counted_traces", "Traces, or parts of traces, that closed and were counted.", closed.Traces);
        writer.BeginCounter("clew_trace_oddities", "Of these, with something odd, by what it is.");
        writer.Sample(closed.WithoutRoot, ("oddity", "without_root"));
        writer.Sample(closed.SeveralRoots, ("oddity", "several_roots"));
        writer.Sample(closed.MissingParents, ("oddity", "missing_parents"));
        writer.Sample(closed.CyclesBroken, ("oddity", "cycles"));
        writer.Sample(closed.ConflictingDuplicates, ("oddity", "conflicting_duplicates"));
        writer.Sample(closed.SharedSpanIds, ("oddity", "shared_span_ids"));
        writer.Sample(closed.NegativeDurations, ("oddity", "negative_durations"));
        writer.Sample(closed.ChildrenOutside, ("oddity", "children_outside"));
        writer.Sample(closed.ClocksCorrected, ("oddity", "clocks_corrected"));
        writer.Gauge("clew_head_allocated_bytes", "Bytes that the head has reserved from the system.", now.HeadAllocatedBytes);
    }
}
