namespace Clew.Load.Measuring;

/// <summary>Watches a process's memory for as long as it is not disposed.</summary>
internal sealed class ProcessSampler : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Timer timer;
    private readonly List<long> rss = [];

    public ProcessSampler(int pid) => timer = new Timer(_ =>
    {
        try
        {
            long bytes = ProcessFigures.Read(pid).RssBytes;
            lock (rss)
            {
                rss.Add(bytes);
            }
        }
        catch (IOException)
        {
            // It has ended; there is nothing more to see.
        }
    }, null, TimeSpan.Zero, Interval);

    /// <summary>Highest and median resident memory, bytes.</summary>
    public (long Peak, long Median) Rss()
    {
        lock (rss)
        {
            return rss.Count == 0 ? default : (rss.Max(), rss.Order().ElementAt(rss.Count / 2));
        }
    }

    public void Dispose() => timer.Dispose();
}
