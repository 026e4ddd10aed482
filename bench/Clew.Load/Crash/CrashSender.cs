using System.Diagnostics;
using System.Net.Sockets;
using Clew.Load.Sending;

namespace Clew.Load.Crash;

/// <summary>Sends to one life of the server over a few connections until it is killed, and tells the record.</summary>
internal sealed class CrashSender(CrashRecord record, CrashSchedule schedule, Uri endpoint, int connections, double rate)
{
    private readonly List<Thread> threads = [];
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private volatile bool isStopped;
    private volatile string? failure;
    private long spansTaken;
    private long refusals;

    public long Refusals => Interlocked.Read(ref refusals);

    public void Start()
    {
        for (int i = 0; i < connections; i++)
        {
            threads.Add(new Thread(Send));
            threads[^1].Start();
        }
    }

    /// <summary>Waits for what is under way: an answer that arrives after the kill counts.</summary>
    /// <exception cref="CrashCheckException">An answer was none that a server under load gives.</exception>
    public void Stop()
    {
        isStopped = true;
        threads.ForEach(thread => thread.Join());
        if (failure is not null)
        {
            throw new CrashCheckException(failure);
        }
    }

    private void Send()
    {
        using var connection = new OtlpConnection(endpoint);
        while (!isStopped)
        {
            var (block, part) = schedule.Take();
            byte[] body = record.Plan.Payload(block, part);
            byte[] request = [.. OtlpConnection.Head(endpoint, body.Length), .. body];
            WaitForTurn(record.Plan.SpansOfPart(block));
            record.Sending(block, part);
            if (Post(connection, request))
            {
                record.Acknowledge(block, part);
            }
            else
            {
                schedule.Return(block, part);
            }
        }
    }

    private bool Post(OtlpConnection connection, byte[] request)
    {
        try
        {
            var answer = connection.Post(request);
            switch (answer.Status)
            {
                case 200 when answer.BodyBytes == 0:
                    return true;
                case 429 or 502 or 503 or 504:
                    Interlocked.Increment(ref refusals);
                    return false;
                default:
                    failure = $"A payload was answered {answer.Status} with {answer.BodyBytes} bytes: {answer.Problem}";
                    isStopped = true;
                    return false;
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            isStopped = true; // killed
            return false;
        }
    }

    private void WaitForTurn(int spans)
    {
        double due = (Interlocked.Add(ref spansTaken, spans) - spans) / rate;
        while (!isStopped && due - watch.Elapsed.TotalSeconds is > 0 and var left)
        {
            Thread.Sleep(TimeSpan.FromSeconds(Math.Min(left, 0.05)));
        }
    }
}
