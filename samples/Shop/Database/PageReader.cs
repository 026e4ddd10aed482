namespace Shop.Database;

/// <summary>
/// The disk under one statement. Pages cost time, which is waited for in steps a timer can keep, against the moment the
/// statement began, so that the waits' own inaccuracy does not add up. For one statement and one thread.
/// </summary>
internal sealed class PageReader(DatabaseTiming timing, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly long began = time.GetTimestamp();
    private TimeSpan due = timing.RoundTrip * (1 + ((Random.Shared.NextDouble() - 0.5) / 3));

    public int PagesRead { get; private set; }

    /// <summary>Reads so many pages.</summary>
    public ValueTask ReadAsync(int pages)
    {
        PagesRead += pages;
        due += timing.Page * pages;
        return Remaining > Step ? new ValueTask(Wait()) : ValueTask.CompletedTask;
    }

    /// <summary>Waits for what has been read and not been waited for.</summary>
    public Task FinishAsync() => Wait();

    private TimeSpan Remaining => due - time.GetElapsedTime(began);

    private Task Wait()
    {
        var remaining = Remaining;
        return remaining < TimeSpan.FromMilliseconds(0.5)
            ? Task.CompletedTask
            : Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, Math.Floor(remaining.TotalMilliseconds))), time);
    }
}
