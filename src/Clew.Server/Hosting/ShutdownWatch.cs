using System.Runtime.InteropServices;

namespace Clew.Server.Hosting;

/// <summary>
/// Sees to it that an end that was asked for comes: at once when it is asked for again, and at the latest when its time is up.
/// </summary>
/// <remarks>
/// Ending at once loses nothing that was acknowledged: it is in the journal, and what of it was not stored is read back at the next start.
/// </remarks>
internal sealed class ShutdownWatch : IDisposable
{
    private readonly TimeSpan patience;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Action<int> exit;
    private readonly List<PosixSignalRegistration> registrations = []; // two
    private ITimer? timer;
    private int asked;

    /// <param name="patience">What the end may take.</param>
    /// <param name="clock">Where that is measured.</param>
    /// <param name="logger">Where it is said.</param>
    /// <param name="exit">Ends the process at once, with that code.</param>
    public ShutdownWatch(TimeSpan patience, TimeProvider clock, ILogger logger, Action<int> exit)
    {
        this.patience = patience;
        this.clock = clock;
        this.logger = logger;
        this.exit = exit;
    }

    /// <summary>Listens to SIGTERM and SIGINT, beside the host, which ends in good order at the first.</summary>
    public void Listen()
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT])
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Asked(context.Signal);
            }));
        }
    }

    /// <summary>The process was asked to end.</summary>
    public void Asked(PosixSignal signal)
    {
        if (Interlocked.Increment(ref asked) == 1)
        {
            ServerLog.Stopping(logger, patience);
            timer = clock.CreateTimer(_ => TimeIsUp(), null, patience, Timeout.InfiniteTimeSpan);
            return;
        }
        ServerLog.StoppedAtOnce(logger);
        exit(128 + (signal == PosixSignal.SIGINT ? 2 : 15));
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }
        timer?.Dispose();
    }

    private void TimeIsUp()
    {
        ServerLog.TookTooLong(logger, patience);
        exit(0);
    }
}
