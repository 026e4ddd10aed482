using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Clew.Core.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Ingest.Tests.Journal;

/// <summary>A real process is killed while it appends; everything whose acknowledgement it wrote down is there.</summary>
public sealed class JournalKillTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("clew-journal-").FullName;

    [Fact]
    public async Task Everything_acknowledged_survives_kill_9()
    {
        var random = new Random(5);
        var acknowledged = new HashSet<long>();
        for (int round = 0; round < 6; round++)
        {
            long firstId = (round * 1_000_000L) + 1;
            int before = acknowledged.Count;
            await RunAndKill(firstId, random.Next(20, 600), acknowledged);
            Assert.True(acknowledged.Count > before, "The child acknowledged nothing.");
            Check(acknowledged);
        }
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    /// <summary>Starts the child and kills it after so many acknowledgements.</summary>
    private async Task RunAndKill(long firstId, int killAfter, HashSet<long> acknowledged)
    {
        string assembly = typeof(JournalChild).Assembly.Location;
        var start = new ProcessStartInfo(Path.ChangeExtension(assembly, OperatingSystem.IsWindows() ? ".exe" : null))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[JournalChild.DirectoryVariable] = directory;
        start.Environment[JournalChild.FirstIdVariable] = firstId.ToString(CultureInfo.InvariantCulture);
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync();
        for (int lines = 0; await child.StandardOutput.ReadLineAsync() is { } line;)
        {
            acknowledged.Add(long.Parse(line, CultureInfo.InvariantCulture));
            if (++lines == 5)
            {
                var inUse = Assert.Throws<DataDirectoryUnavailableException>(() => DataDirectoryLock.Acquire(directory));
                Assert.Equal($"The data directory '{directory}' is in use by process {child.Id}.", inUse.Message);
            }
            if (lines == killAfter)
            {
                child.Kill(); // SIGKILL; what it wrote before is still read.
            }
        }
        await child.WaitForExitAsync();
        Assert.Equal("", await errors);
    }

    private void Check(HashSet<long> acknowledged)
    {
        using var held = DataDirectoryLock.Acquire(directory);
        var journal = Clew.Ingest.Journal.Journal.Open(
            JournalChild.Options(directory), DiskFileLayer.Instance, TimeProvider.System, NullLogger<Clew.Ingest.Journal.Journal>.Instance);
        var seen = new HashSet<long>();
        foreach (var record in journal.Replay())
        {
            long id = BinaryPrimitives.ReadInt64LittleEndian(record.Payload);
            Assert.True(seen.Add(id), $"Payload {id} is there twice.");
            Assert.True(record.Payload.AsSpan().SequenceEqual(JournalChild.Payload(id)), $"Payload {id} has changed.");
        }
        Assert.Empty(acknowledged.Except(seen));
        Assert.DoesNotContain(journal.GetStatistics().Problems, problem => problem.StartsWith("Corruption", StringComparison.Ordinal));
        JournalHarness.Close(journal);
    }
}
