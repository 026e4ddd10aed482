using System.Runtime.InteropServices;
using Clew.Server.Hosting;
using Clew.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Server.Tests.Hosting;

public sealed class ShutdownWatchTests
{
    private readonly ManualTimeProvider clock = new();
    private readonly List<int> exits = [];

    [Fact]
    public void The_first_signal_leaves_the_end_to_the_host()
    {
        using var watch = Watch();
        watch.Asked(PosixSignal.SIGTERM);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(exits);
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGINT, 130)]
    public void The_second_signal_ends_at_once(PosixSignal signal, int code)
    {
        using var watch = Watch();
        watch.Asked(PosixSignal.SIGTERM);
        watch.Asked(signal);
        Assert.Equal([code], exits);
    }

    [Fact]
    public void When_its_time_is_up_it_ends()
    {
        using var watch = Watch();
        watch.Asked(PosixSignal.SIGINT);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([0], exits);
    }

    [Fact]
    public void Once_everything_is_closed_nothing_ends_it()
    {
        using (var watch = Watch())
        {
            watch.Asked(PosixSignal.SIGTERM);
        }
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(exits);
    }

    private ShutdownWatch Watch() => new(TimeSpan.FromSeconds(10), clock, NullLogger.Instance, exits.Add);
}
