using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

/// <summary>Random appends, releases, clean restarts and kills, the same for the same seed.</summary>
internal sealed class JournalSchedule(int seed, int steps)
{
    public JournalHarness Harness { get; } = new(seed);

    /// <summary>Runs on the files until the end, or until the power is cut; returns the files as they are then.</summary>
    /// <param name="files">The files to begin with.</param>
    /// <param name="stopAtFailure">True where a refused append means that the power is off.</param>
    public FaultyFileLayer Run(FaultyFileLayer files, bool stopAtFailure = true)
    {
        var random = new Random(seed * 7919);
        Clew.Ingest.Journal.Journal? journal = null;
        try
        {
            journal = Harness.Reopen(files);
            for (int step = 0; step < steps && !files.IsOff; step++)
            {
                switch (random.Next(10))
                {
                    case 0:
                        Stop(ref journal);
                        journal = Harness.Reopen(files);
                        break;
                    case 1 or 2:
                        Release(journal, random);
                        break;
                    case 3:
                        Harness.Time.Advance(TimeSpan.FromSeconds(1));
                        journal.WaitUntilIdle();
                        break;
                    default:
                        Harness.Append(journal, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Harness.Payload())]);
                        break;
                }
            }
        }
        catch (IOException) when (files.IsOff || !stopAtFailure)
        {
            // Opening failed: the power is off.
        }
        finally
        {
            Stop(ref journal);
        }
        return files;
    }

    private void Release(Clew.Ingest.Journal.Journal journal, Random random)
    {
        long up = Harness.Needed.Count == 0 ? Harness.LastAcknowledged + 1 : Harness.Needed.Keys.ElementAt(random.Next(Harness.Needed.Count));
        Harness.Release(journal, random.Next(6) == 0 ? Harness.LastAcknowledged + 1 : up);
    }

    private static void Stop(ref Clew.Ingest.Journal.Journal? journal)
    {
        journal?.DisposeAsync().AsTask().Wait();
        journal = null;
    }
}
