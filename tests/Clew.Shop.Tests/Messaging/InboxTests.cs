using Shop.Hosting;
using Shop.Messaging;
using Shop.Model;

namespace Clew.Shop.Tests.Messaging;

public sealed class InboxTests : IDisposable
{
    private readonly HttpClient http = new();

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task AMessageThatComesTwiceIsWorkedOnOnceAndOneThatFailsHoldsUpNobody()
    {
        var inbox = Create(largestBatch: 1);
        Assert.True(inbox.Take(Samples.Message("a")));
        Assert.True(inbox.Take(Samples.Message("a")));
        Assert.True(inbox.Take(Samples.Message("fails")));
        Assert.True(inbox.Take(Samples.Message("last")));
        Assert.Equal(["a", "fails", "last"], (await WorkAsync(inbox, "last")).Select(batch => Assert.Single(batch)));
    }

    [Fact]
    public async Task ABatchHoldsOneTopicAndNoMoreThanItMay()
    {
        var inbox = Create(largestBatch: 3);
        foreach (var (id, topic) in (ReadOnlySpan<(string, string)>)[("1", "x"), ("2", "y"), ("3", "x"), ("4", "x"), ("last", "x")])
            Assert.True(inbox.Take(Samples.Message(id, topic)));
        string[][] expected = [["1", "3"], ["2"], ["4", "last"]];
        Assert.Equal(expected, await WorkAsync(inbox, "last"));
    }

    [Fact]
    public void WhenItIsFullItSaysSo()
    {
        var inbox = Create(largestBatch: 1);
        for (int message = 0; message < Inbox.Capacity; message++)
            Assert.True(inbox.Take(Samples.Message($"m{message}")));
        Assert.False(inbox.Take(Samples.Message("one too many")));
        Assert.True(inbox.Take(Samples.Message("m0")), "It has that one already.");
    }

    private Inbox Create(int largestBatch) => new(Samples.Context(http, new AddressBook()), largestBatch, TimeSpan.Zero);

    /// <summary>Works until the message called <paramref name="last"/>; returns the ids of each batch.</summary>
    private static async Task<List<string[]>> WorkAsync(Inbox inbox, string last)
    {
        var batches = new List<string[]>();
        using var enough = new CancellationTokenSource();
        Task Work(IReadOnlyList<Message> messages)
        {
            batches.Add([.. messages.Select(message => message.Id)]);
            if (batches[^1].Contains(last))
                enough.Cancel();
            return batches[^1].Contains("fails") ? Task.FromException(new ProblemException(500, "as asked")) : Task.CompletedTask;
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inbox.RunAsync(Work, enough.Token));
        return batches;
    }
}
