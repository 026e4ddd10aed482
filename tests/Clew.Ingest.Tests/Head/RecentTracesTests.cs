using Clew.Core.Model;
using Clew.Ingest.Head;
using Clew.Testing;

namespace Clew.Ingest.Tests.Head;

public sealed class RecentTracesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(3000)]
    public void It_forgets_nothing_that_closed_since_it_says_so(int capacity)
    {
        var clock = new ManualTimeProvider();
        var recent = new RecentTraces(capacity, clock);
        var random = new Random(7);
        var closed = new Dictionary<ulong, (ulong At, bool Large)>();
        ulong began = recent.Since;
        for (int i = 0; i < 10_000; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            ulong id = (ulong)random.Next(1, 5000);
            bool large = random.Next(10) == 0;
            recent.Add(Key(id), large);
            bool wasRemembered = closed.TryGetValue(id, out var before) && before.At >= recent.Since;
            closed[id] = (UnixTime.Of(clock.GetUtcNow()), large || (wasRemembered && before.Large));
            ulong other = (ulong)random.Next(1, 5000);
            if (closed.TryGetValue(other, out var known) && known.At >= recent.Since)
            {
                Assert.True(recent.TryFind(Key(other), out bool isLarge));
                Assert.True(isLarge || !known.Large);
            }
        }
        Assert.False(recent.TryFind(Key(9999), out _));
        Assert.False(recent.TryFind(new TraceKey(new Tenant("other"), new TraceId(0, 1)), out _));
        Assert.True(capacity > 5000 * 2 ? recent.Since == began : recent.Since > began);
        Assert.InRange(closed.Keys.Count(id => recent.TryFind(Key(id), out _)), Math.Min(capacity / 2, 1), Math.Max(2, capacity));
    }

    private static TraceKey Key(ulong id) => new(Tenant.Default, new TraceId(3, id));
}
