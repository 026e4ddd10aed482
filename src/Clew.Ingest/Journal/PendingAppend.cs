using System.Threading.Tasks.Sources;
using Clew.Ingest.Intake;

namespace Clew.Ingest.Journal;

/// <summary>A caller that waits for its record; pooled by the <see cref="Journal"/>. All but completion happens under the journal's gate.</summary>
internal sealed class PendingAppend(Journal owner) : IValueTaskSource<JournalPosition>
{
    // Continuations do not run on the writer's thread.
    private ManualResetValueTaskSourceCore<JournalPosition> core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration registration;
    private bool registered;

    public IngestPayload Payload { get; private set; }

    public uint PayloadChecksum { get; private set; }

    public ulong Time { get; private set; }

    /// <summary>Bytes of the record.</summary>
    public long RecordBytes { get; private set; }

    /// <summary>In the queue: not yet taken by the writer, so it may still be withdrawn.</summary>
    public bool IsQueued { get; set; }

    public PendingAppend? Previous { get; set; }

    public PendingAppend? Next { get; set; }

    public ValueTask<JournalPosition> Task => new(this, core.Version);

    public void Begin(in IngestPayload payload, uint checksum, ulong time, long recordBytes)
    {
        (Payload, PayloadChecksum, Time, RecordBytes) = (payload, checksum, time, recordBytes);
    }

    /// <summary>Called once, behind the enqueueing and before the caller has the task.</summary>
    public void WithdrawOn(CancellationToken cancellationToken)
    {
        registered = true;
        registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((PendingAppend)state!).Withdraw(token), this);
    }

    public void Complete(JournalPosition position) => core.SetResult(position);

    public void Fail(Exception failure) => core.SetException(failure);

    public JournalPosition GetResult(short token)
    {
        try
        {
            return core.GetResult(token);
        }
        finally
        {
            Payload = default;
            // A withdrawal that is running just now still refers to this object: then it is left to the collector.
            if (!registered || registration.Unregister())
            {
                registered = false;
                registration = default;
                core.Reset();
                owner.Return(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);

    private void Withdraw(CancellationToken token)
    {
        if (owner.TryWithdraw(this))
        {
            core.SetException(new OperationCanceledException(token));
        }
    }
}
