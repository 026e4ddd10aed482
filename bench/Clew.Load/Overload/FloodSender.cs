using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Clew.Load.Payloads;
using Clew.Load.Sending;

namespace Clew.Load.Overload;

/// <summary>
/// One application with its OTLP exporter: makes spans at a rate, queues a few payloads, sends one at a time, and where it is refused
/// waits as long as it is asked to and sends the same payload again. What does not fit into the queue meanwhile is dropped, as SDKs do.
/// </summary>
/// <param name="plan">Where payloads come from.</param>
/// <param name="endpoint">Where they go.</param>
/// <param name="interval">Time in which the application fills a payload.</param>
/// <param name="phase">When it fills the first.</param>
/// <param name="isPolite">False: what it is asked to wait is not waited.</param>
/// <param name="counters">What is seen.</param>
internal sealed class FloodSender(LoadPlan plan, Uri endpoint, TimeSpan interval, TimeSpan phase, bool isPolite, OverloadCounters counters)
{
    private const int QueuedPayloads = 4; // about the 2,048 spans of an SDK's queue
    private static readonly TimeSpan BrokenPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ImpolitePause = TimeSpan.FromMilliseconds(20);

    private byte[] request = [];

    /// <summary>Makes and sends until the end of the flood, then delivers what it holds.</summary>
    /// <param name="started">Timestamp of the flood's start.</param>
    /// <param name="flood">How long it lasts.</param>
    /// <param name="end">Set when nothing is to be waited for any more.</param>
    /// <param name="most">Payloads after which it ends.</param>
    public void Run(long started, TimeSpan flood, CancellationToken end, long most = long.MaxValue)
    {
        using var connection = new OtlpConnection(endpoint);
        long done = 0; // payloads sent or dropped
        long taken = 0; // of these, sent
        while (!end.IsCancellationRequested && taken < most)
        {
            var now = Stopwatch.GetElapsedTime(started);
            if (now >= flood)
            {
                return;
            }
            long made = now < phase ? 0 : ((now - phase).Ticks / interval.Ticks) + 1;
            if (made == done)
            {
                Pause(phase + (interval * done) - now, end);
                continue;
            }
            long dropped = Math.Max(0, made - done - QueuedPayloads);
            counters.CountDropped(dropped * LoadPlan.SpansPerPayload);
            counters.CountOffered((dropped + 1) * LoadPlan.SpansPerPayload); // the others are counted when their turn comes
            done += dropped;
            if (!plan.TryTake(UnixNow(), out var payload))
            {
                return;
            }
            done++;
            taken++;
            Deliver(connection, payload, end);
        }
    }

    private void Deliver(OtlpConnection connection, PlannedPayload payload, CancellationToken end)
    {
        var template = plan.Payloads[payload.Variant][payload.Part];
        byte[] head = OtlpConnection.Head(endpoint, template.Bytes.Length);
        int length = head.Length + template.Bytes.Length;
        if (request.Length < length)
        {
            request = new byte[length];
        }
        head.CopyTo(request, 0);
        template.Bytes.CopyTo(request, head.Length);
        Patcher.Apply(request.AsSpan(head.Length, template.Bytes.Length), template.Patches, plan.Seed, payload.FirstTrace, payload.Time);
        while (!end.IsCancellationRequested)
        {
            long sent = Stopwatch.GetTimestamp();
            try
            {
                var answer = connection.Post(request.AsSpan(0, length));
                var after = Stopwatch.GetElapsedTime(sent);
                if (answer.Status == 200)
                {
                    counters.CountAccepted(template.Patches.Length, after);
                    return;
                }
                if (answer.Status is not (429 or 502 or 503 or 504))
                {
                    throw new InvalidOperationException($"{endpoint} refused a payload for good: {answer.Problem}");
                }
                var delay = RetryAfter(answer.Problem);
                counters.CountRefused(delay, after);
                Pause(isPolite ? delay ?? TimeSpan.FromSeconds(1) : ImpolitePause, end);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                counters.CountBroken();
                Pause(BrokenPause, end);
            }
        }
    }

    /// <summary>The delay in an answer's head, or null.</summary>
    internal static TimeSpan? RetryAfter(string answer)
    {
        foreach (string line in answer.Split("\r\n"))
        {
            if (line.StartsWith("Retry-After:", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1).Trim(), CultureInfo.InvariantCulture, out int seconds))
            {
                return TimeSpan.FromSeconds(seconds);
            }
        }
        return null;
    }

    private static void Pause(TimeSpan time, CancellationToken end)
    {
        if (time > TimeSpan.Zero)
        {
            end.WaitHandle.WaitOne(time);
        }
    }

    private static ulong UnixNow() => (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
}
