using System.Diagnostics;
using System.Runtime.CompilerServices;
using Clew.Core.Measures;
using Clew.Ingest.Intake;
using Clew.Ingest.Otlp.Json;
using Clew.Ingest.Otlp.Protobuf;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>What HTTP and gRPC do alike with a payload once it is there, decompressed.</summary>
/// <remarks>
/// 1. The ingress hook changes it in place. 2. It is read into a pooled batch; one that is malformed or too large ends here. 3. It takes its
/// spans from what the cap allows. 4. The intake journals it; a payload without a valid span leaves nothing to keep. 5. The batch goes
/// back, unless the intake was left waiting: then nobody knows who still reads it.
/// </remarks>
internal sealed class PayloadReceiver(
    ISpanIntake intake, IIngressHook hook, OtlpProtobufReader protobuf, OtlpJsonReader json, SpanBatchPool batches, BufferBudget budget,
    OtlpOptions options, OtlpLog log, TimeProvider clock)
{
    /// <summary>Takes in the content of the buffer from <paramref name="offset"/> on.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // one for each request otherwise
    public async ValueTask<ReceiveResult> ReceiveAsync(
        IntakeLane lane, OtlpSignal signal, bool isJson, PayloadBuffer buffer, int offset, CancellationToken cancellationToken)
    {
        long arrived = clock.GetTimestamp();
        using var trace = lane.Tenant.IsProbe ? null : SelfTrace.Begin("receive", ActivityKind.Server);
        var payload = buffer.Content[offset..];
        lane.Statistics.CountPayload(payload.Count);
        if (signal != OtlpSignal.Traces)
        {
            return CountOnly(lane, signal, isJson, payload);
        }
        var format = isJson ? json.Format : protobuf.Format;
        hook.Apply(format, payload); // 1
        var batch = batches.Rent();
        using var rows = new RowBudget(budget, options.MaxDecodedBytes);
        PayloadReadResult read;
        using (SelfTrace.Step("read"))
        {
            read = isJson ? json.Read(payload, batch, rows) : protobuf.Read(payload, batch, rows); // 2
        }
        trace?.SetTag("clew.payload.bytes", payload.Count);
        trace?.SetTag("clew.spans", batch.Count);
        if (!read.IsValid)
        {
            batches.Return(batch);
            return rows.Error switch
            {
                PayloadError.TooLarge => new ReceiveResult(ReceiveOutcome.TooLarge, 0, OtlpErrors.TooManyRows),
                PayloadError.NoRoom => new ReceiveResult(ReceiveOutcome.Overloaded, 0, "The server has no memory for the payload just now."),
                _ => Malformed(signal, payload.Count, read.Error!),
            };
        }
        var outcome = IntakeOutcome.Accepted;
        int received = batch.Count;
        if (received > 0 && lane.Limit is { } limit && !limit.TryTake(received, out var wait)) // 3
        {
            batches.Return(batch);
            return new ReceiveResult(ReceiveOutcome.OverTheCap, 0, OtlpErrors.OverTheCap) { RetryAfter = wait };
        }
        if (received > 0)
        {
            try
            {
                outcome = await intake.AcceptAsync(new IngestPayload(lane.Tenant, format, payload), batch, cancellationToken); // 4
            }
            catch (Exception e)
            {
                buffer.Abandon(); // 5
                if (e is OperationCanceledException && cancellationToken.IsCancellationRequested)
                {
                    throw;
                }
                log.Failed(e);
                return new ReceiveResult(ReceiveOutcome.Unavailable, 0, "The payload could not be kept.");
            }
        }
        batches.Return(batch);
        if (outcome != IntakeOutcome.Accepted)
        {
            lane.Limit?.GiveBack(received);
        }
        switch (outcome)
        {
            case IntakeOutcome.Overloaded:
                return new ReceiveResult(ReceiveOutcome.Overloaded, 0, "The server has no room just now.");
            case IntakeOutcome.Unavailable:
                return new ReceiveResult(ReceiveOutcome.Unavailable, 0, "The server cannot keep spans just now.");
            default:
                lane.Statistics.CountSpans(received, read.RejectedSpans);
                double seconds = clock.GetElapsedTime(arrived).TotalSeconds;
                lane.Statistics.Durations.Add(seconds, trace is null ? null : SelfTrace.Exemplar(trace, seconds, clock.GetUtcNow()));
                return new ReceiveResult(ReceiveOutcome.Accepted, read.RejectedSpans, read.RejectionReason);
        }
    }

    private ReceiveResult CountOnly(IntakeLane lane, OtlpSignal signal, bool isJson, ArraySegment<byte> payload)
    {
        if (RecordCounter.Count(signal, isJson, payload, options, out long count) is { } error)
        {
            return Malformed(signal, payload.Count, error);
        }
        lane.Statistics.CountOtherRecords(count);
        string message = signal switch
        {
            OtlpSignal.Metrics => "Clew does not store metrics yet: the data points were left out. Traces are stored.",
            OtlpSignal.Logs => "Clew does not store logs yet: the log records were left out. Traces are stored.",
            _ => "Clew does not store profiles: they were left out. Traces are stored.",
        };
        return new ReceiveResult(ReceiveOutcome.Accepted, count, count == 0 ? null : message);
    }

    private ReceiveResult Malformed(OtlpSignal signal, int bytes, string reason)
    {
        log.Malformed(signal, bytes, reason);
        return new ReceiveResult(ReceiveOutcome.Malformed, 0, reason);
    }
}
