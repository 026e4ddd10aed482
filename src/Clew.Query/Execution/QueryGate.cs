using Clew.Core.Measures;

namespace Clew.Query.Execution;

/// <summary>Lets a bounded number of queries run, a bounded number wait, and refuses the rest.</summary>
internal sealed class QueryGate(int running, int waiting) : IDisposable
{
    private readonly SemaphoreSlim permits = new(running, running);
    private int inside;

    /// <summary>The queries that run, and those that wait.</summary>
    public IReadOnlyList<BoundUse> Use
    {
        get
        {
            int all = Math.Min(Volatile.Read(ref inside), running + waiting);
            return
            [
                new BoundUse("queries_running", BoundUnit.Items, Math.Min(all, running), running),
                new BoundUse("queries_waiting", BoundUnit.Items, Math.Max(0, all - running), waiting),
            ];
        }
    }

    /// <summary>Waits for a turn; dispose what it returns to give the turn back.</summary>
    /// <exception cref="QueryOverloadedException">Too many wait already.</exception>
    public async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref inside) > running + waiting)
        {
            Interlocked.Decrement(ref inside);
            throw new QueryOverloadedException();
        }
        try
        {
            await permits.WaitAsync(cancellationToken);
        }
        catch
        {
            Interlocked.Decrement(ref inside);
            throw;
        }
        return new Turn(this);
    }

    public void Dispose() => permits.Dispose();

    private void Leave()
    {
        permits.Release();
        Interlocked.Decrement(ref inside);
    }

    /// <summary>One query's turn.</summary>
    internal readonly struct Turn(QueryGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
