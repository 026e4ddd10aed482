using Shop.Model;

namespace Shop.Load;

/// <summary>
/// Sends customers to a storefront at a rate, whether or not those before are done, up to <see cref="MostAtOnce"/> at once;
/// who comes on top is turned away and counted. A failed request is counted and ends the customer's visit.
/// </summary>
internal sealed class LoadRunner(Uri storefront, double rate, int seed, TimeProvider time) : IDisposable
{
    private const int MostAtOnce = 400;

    private readonly CustomerClient client = new(storefront);
    private readonly SessionModel model = new(seed);
    private long sessions;
    private long requests;
    private long orders;
    private long failures;
    private long turnedAway;
    private int active;

    public LoadStatus Status => new(
        rate,
        Interlocked.Read(ref sessions),
        Interlocked.Read(ref requests),
        Interlocked.Read(ref orders),
        Interlocked.Read(ref failures),
        Volatile.Read(ref active),
        Interlocked.Read(ref turnedAway));

    public void Dispose() => client.Dispose();

    /// <summary>Sends customers until told to stop; returns when the last has left.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var visits = new HashSet<Task>();
        long began = time.GetTimestamp();
        var due = TimeSpan.Zero;
        long number = 0;
        try
        {
            foreach (var gap in model.Gaps(rate))
            {
                due += gap;
                var wait = due - time.GetElapsedTime(began);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, time, stopping);
                visits.RemoveWhere(visit => visit.IsCompleted);
                if (visits.Count < MostAtOnce)
                    visits.Add(VisitAsync(model.Create(number++), stopping));
                else
                    Interlocked.Increment(ref turnedAway);
            }
        }
        catch (OperationCanceledException)
        {
            // The customers in the shop are told by the same token.
        }

        await Task.WhenAll(visits);
    }

    private async Task VisitAsync(SessionPlan plan, CancellationToken stopping)
    {
        Interlocked.Increment(ref sessions);
        Interlocked.Increment(ref active);
        try
        {
            foreach (var step in plan.Steps)
            {
                await Task.Delay(step.Think, time, stopping);
                using var response = await client.DoAsync(plan, step, stopping);
                Interlocked.Increment(ref requests);
                if (!response.IsSuccessStatusCode)
                {
                    Interlocked.Increment(ref failures);
                    return;
                }

                if (step.Body?.Payment is not null)
                {
                    Interlocked.Increment(ref orders);
                    await client.LookAtOrderAsync(plan, response, stopping);
                }
            }
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref failures);
        }
        catch (OperationCanceledException)
        {
            // Either the load ends, or the storefront took too long.
            if (!stopping.IsCancellationRequested)
                Interlocked.Increment(ref failures);
        }
        finally
        {
            Interlocked.Decrement(ref active);
        }
    }
}
