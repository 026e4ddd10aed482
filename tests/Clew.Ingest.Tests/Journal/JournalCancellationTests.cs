using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

/// <summary>A cancelled caller gets its memory back: withdrawn before the write, waited for during it.</summary>
public class JournalCancellationTests
{
    private readonly JournalHarness harness = new(2);
    private readonly FaultyFileLayer files = new(2);

    [Fact]
    public async Task A_record_that_waits_is_withdrawn()
    {
        var journal = harness.Reopen(files);
        using var cancellation = new CancellationTokenSource();
        var first = journal.AppendAsync(harness.Payload(10), CancellationToken.None);
        var withdrawn = journal.AppendAsync(harness.Payload(10), cancellation.Token);
        var last = journal.AppendAsync(harness.Payload(10), CancellationToken.None);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await withdrawn);
        harness.Time.Advance(harness.Options.MaxGroupDelay);
        Assert.Equal(1, (await first).Sequence);
        Assert.Equal(2, (await last).Sequence);
        await journal.DisposeAsync();
        Assert.Equal(2, harness.Open(files).Replay().Count());
    }

    [Fact]
    public async Task A_record_being_written_is_waited_for()
    {
        await using var journal = harness.Reopen(files);
        using var cancellation = new CancellationTokenSource();
        using var writing = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        files.Refuse = operation =>
        {
            if (operation.Kind == FileOperationKind.Write)
            {
                writing.Set();
                goOn.Wait(TimeSpan.FromSeconds(30));
            }
            return null;
        };
        var task = journal.AppendAsync(harness.Payload(10), cancellation.Token).AsTask();
        harness.Time.Advance(harness.Options.MaxGroupDelay);
        Assert.True(writing.Wait(TimeSpan.FromSeconds(30)));
        await cancellation.CancelAsync();
        Assert.False(task.IsCompleted);
        goOn.Set();
        Assert.Equal(1, (await task).Sequence);
    }

    [Fact]
    public async Task A_cancelled_token_appends_nothing()
    {
        await using var journal = harness.Reopen(files);
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await journal.AppendAsync(harness.Payload(10), new CancellationToken(true)));
        Assert.Equal(0, journal.GetStatistics().NeededBytes);
    }

    [Fact]
    public async Task Cancelling_at_any_moment_keeps_the_pool_of_waiters_right()
    {
        harness.Options = harness.Options with { MaxGroupDelay = TimeSpan.Zero };
        await using var journal = harness.Reopen(files);
        var payloads = Enumerable.Range(0, 8).Select(_ => harness.Payload(20)).ToList();
        var numbers = new System.Collections.Concurrent.ConcurrentBag<long>();
        await Task.WhenAll(payloads.Select((payload, caller) => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (int i = 0; i < 500; i++)
            {
                using var cancellation = new CancellationTokenSource();
                var task = journal.AppendAsync(payload, cancellation.Token);
                if (random.Next(2) == 0)
                {
                    await cancellation.CancelAsync();
                }
                try
                {
                    numbers.Add((await task).Sequence);
                }
                catch (OperationCanceledException)
                {
                    // Withdrawn.
                }
            }
        })));
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers.Order());
    }
}
