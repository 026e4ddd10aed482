using Clew.Query;
using Clew.Query.Tests.Support;
using Clew.Server.Hosting;
using Clew.Server.Tests.Api.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Hosting;

public sealed class FirstQuestionTests
{
    private readonly ManualTimeProvider clock = new();
    private readonly MemorySpanSource source = SharedTraces.Source();

    [Fact]
    public async Task The_newest_trace_is_read_before_anybody_asks()
    {
        int snapshots = 0;
        source.OnSnapshot = () => snapshots++;
        await StartAsync();
        Assert.InRange(source.Hits, 1, source.Parts.Count - 1); // the newest, and what it takes to see that there are more
        Assert.Equal(2, snapshots); // a search and a read
        Assert.Equal(0, source.Open);
    }

    [Fact]
    public async Task What_cannot_be_read_does_not_keep_the_ports_shut()
    {
        source.OnHit = () => throw new InvalidDataException("A page is damaged.");
        await StartAsync();
        Assert.Equal(1, source.Hits);
    }

    [Fact]
    public async Task A_slow_answer_is_not_waited_for()
    {
        source.OnHit = () => clock.Advance(TimeSpan.FromSeconds(1));
        await StartAsync();
        Assert.Equal((1, 0), (source.Hits, source.Open));
    }

    [Fact]
    public async Task An_empty_store_is_fine_and_a_start_that_is_given_up_ends()
    {
        foreach (var part in source.Parts)
        {
            source.Remove(part);
        }
        await StartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartAsync(new CancellationToken(canceled: true)));
    }

    private async Task StartAsync(CancellationToken cancellationToken = default)
    {
        using var engine = new QueryEngine([source], new QueryOptions(), clock);
        await new FirstQuestion(engine, clock).StartAsync(cancellationToken);
    }
}
