using System.Diagnostics;
using System.Net.Sockets;
using Clew.Load.Measuring;
using Clew.Load.Payloads;

namespace Clew.Load.Sending;

/// <summary>Sends a plan over some connections, a thread each, as fast as they are acknowledged or at a rate.</summary>
/// <param name="plan">What to send; extended before.</param>
/// <param name="endpoint">Where to.</param>
/// <param name="connections">How many at a time.</param>
/// <param name="rate">Spans a second, or 0 for as many as are taken.</param>
internal sealed class LoadRun(LoadPlan plan, Uri endpoint, int connections, double rate)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private const int MostFailuresInARow = 200;

    private readonly Latencies latencies = new();
    private long spansTaken;
    private long spans;
    private long bytes;
    private long refusals;
    private long started;
    private volatile bool stopped;

    /// <summary>Spans acknowledged so far.</summary>
    public long Spans => Interlocked.Read(ref spans);

    public Latencies Latencies => latencies;

    /// <summary>Ends at once, whatever was begun.</summary>
    public void Stop() => stopped = true;

    /// <exception cref="AggregateException">A payload was refused for good, or the server is gone.</exception>
    public LoadResult Run(TimeSpan? duration = null)
    {
        var generator = Process.GetCurrentProcess().TotalProcessorTime;
        started = Stopwatch.GetTimestamp();
        using var timer = duration is { } d ? new Timer(_ => plan.End(), null, d, Timeout.InfiniteTimeSpan) : null;
        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, connections).Select(_ => new Thread(() =>
        {
            try
            {
                Send();
            }
            catch (Exception e)
            {
                plan.End();
                lock (failures)
                {
                    failures.Add(e);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
        return new LoadResult(
            spans, bytes, Stopwatch.GetElapsedTime(started).TotalSeconds, refusals, latencies.Take(),
            (Process.GetCurrentProcess().TotalProcessorTime - generator).TotalSeconds);
    }

    private void Send()
    {
        using var connection = new OtlpConnection(endpoint);
        var requests = plan.Payloads.Select(parts => parts.Select(template => Request(template)).ToArray()).ToArray();
        while (!stopped && plan.TryTake(UnixNow(), out var payload))
        {
            var template = plan.Payloads[payload.Variant][payload.Part];
            var (request, head) = requests[payload.Variant][payload.Part];
            Patcher.Apply(request.AsSpan(head), template.Patches, plan.Seed, payload.FirstTrace, payload.Time);
            WaitForTurn(template.Patches.Length);
            long sent = Stopwatch.GetTimestamp();
            if (!Deliver(connection, request))
            {
                return;
            }
            latencies.Add(Stopwatch.GetElapsedTime(sent));
            Interlocked.Add(ref spans, template.Patches.Length);
            Interlocked.Add(ref bytes, template.Bytes.Length);
        }
    }

    private bool Deliver(OtlpConnection connection, byte[] request)
    {
        for (int failures = 0; failures < MostFailuresInARow; failures++)
        {
            try
            {
                var answer = connection.Post(request);
                switch (answer.Status)
                {
                    case 200 or 202 or 204:
                        return true;
                    case 429 or 502 or 503 or 504:
                        break;
                    default:
                        throw new InvalidOperationException($"{endpoint} refused a payload: {answer.Problem}");
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // Sent again below, as an SDK does.
            }
            if (stopped)
            {
                return false;
            }
            Interlocked.Increment(ref refusals);
            Thread.Sleep(RetryDelay);
        }
        throw new InvalidOperationException($"{endpoint} took nothing in {MostFailuresInARow} attempts.");
    }

    private void WaitForTurn(int count)
    {
        if (rate <= 0)
        {
            return;
        }
        double due = (Interlocked.Add(ref spansTaken, count) - count) / rate;
        var left = TimeSpan.FromSeconds(due) - Stopwatch.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            Thread.Sleep(left);
        }
    }

    private (byte[] Request, int Head) Request(PayloadTemplate template)
    {
        byte[] head = OtlpConnection.Head(endpoint, template.Bytes.Length);
        return ([.. head, .. template.Bytes], head.Length);
    }

    private static ulong UnixNow() => (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
}
