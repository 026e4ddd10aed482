namespace Clew.Query.Execution;

/// <summary>A query's token: cancelled by the caller or when the time is used up, and it knows by which.</summary>
internal sealed class TimeBudget : IDisposable
{
    private readonly CancellationTokenSource budget;
    private readonly CancellationTokenSource linked;
    private readonly CancellationToken caller;
    private readonly TimeProvider time;
    private readonly TimeSpan limit;
    private readonly long started;

    public TimeBudget(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        this.caller = caller;
        this.time = time;
        this.limit = limit;
        started = time.GetTimestamp();
        budget = new CancellationTokenSource(limit, time);
        linked = CancellationTokenSource.CreateLinkedTokenSource(caller, budget.Token);
    }

    public CancellationToken Token => linked.Token;

    /// <summary>True where the time ended the query, not the caller.</summary>
    public bool IsUsedUp => budget.IsCancellationRequested && !caller.IsCancellationRequested;

    /// <summary>Leaves no more than that from now on.</summary>
    public void ShortenTo(TimeSpan rest)
    {
        var left = limit - time.GetElapsedTime(started);
        if (rest < left)
        {
            budget.CancelAfter(rest);
        }
    }

    public double ElapsedMilliseconds => time.GetElapsedTime(started).TotalMilliseconds;

    public void Dispose()
    {
        linked.Dispose();
        budget.Dispose();
    }
}
