using System.Diagnostics;

namespace Clew.EndToEnd;

/// <summary>Waits for something that another process does, which nobody can be told of.</summary>
internal static class Poll
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    /// <summary>Returns as soon as the condition holds; fails at the bound.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await holds())
        {
            Assert.True(watch.Elapsed < Bound, $"Not within {Bound.TotalSeconds:F0} s: {what}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string)"/>
    public static Task UntilAsync(Func<bool> holds, string what) => UntilAsync(() => Task.FromResult(holds()), what);
}
