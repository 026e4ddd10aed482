using System.Diagnostics;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Ingest.Intake;
using Clew.Ingest.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Ingest.Tests.Journal;

/// <summary>
/// What an append costs, against a bare loop of writes and syncs of the same bytes in the same run. Run by hand:
/// <c>CLEW_MEASURE_JOURNAL=DIR</c> names a directory on the disk to measure.
/// </summary>
public class JournalMeasurement
{
    private const int SpanBytes = 443;
    private const int SpansPerPayload = 500;
    private const int Callers = 4;

    [Fact]
    public async Task Appends_against_a_bare_loop()
    {
        string? directory = Environment.GetEnvironmentVariable("CLEW_MEASURE_JOURNAL");
        int payloads = directory is null ? 40 : 2000;
        using var own = new TemporaryDirectory(directory);
        for (int round = 0; round < (directory is null ? 1 : 3); round++)
        {
            Report("bare write + fdatasync, overwriting 32 MiB", payloads, Bare(own.Path, payloads));
            var result = await Appends(own.Path, payloads);
            Report($"journal, {Callers} callers, {result.Allocated} B allocated per append", payloads, result.Cost);
            // The counter is the whole process's: it says something only where nothing else runs.
            Assert.True(directory is null || result.Allocated < 1024, $"{result.Allocated} bytes per append.");
        }
    }

    private static (TimeSpan Wall, TimeSpan Cpu) Bare(string directory, int payloads)
    {
        byte[] payload = new byte[SpanBytes * SpansPerPayload];
        using var file = DiskFileLayer.Instance.Open(Path.Combine(directory, "bare"), DataFileMode.Create);
        file.Preallocate(32 << 20);
        file.Sync();
        return Cost(() =>
        {
            long offset = 0;
            for (int i = 0; i < payloads; i++)
            {
                file.Write(payload, offset);
                file.Sync();
                offset = offset + (2 * payload.Length) > 32 << 20 ? 0 : offset + payload.Length;
            }
        });
    }

    private static async Task<((TimeSpan Wall, TimeSpan Cpu) Cost, long Allocated)> Appends(string directory, int payloads)
    {
        var options = new JournalOptions { Directory = Path.Combine(directory, "journal") };
        await using var journal = Clew.Ingest.Journal.Journal.Open(
            options, DiskFileLayer.Instance, TimeProvider.System, NullLogger<Clew.Ingest.Journal.Journal>.Instance);
        foreach (var _ in journal.Replay())
        {
            // Nothing is in it, or what the round before released.
        }
        // As in life, all but the last 32 MiB are released as they come; the first rounds fill the pool of files.
        await Run(journal, payloads / 10);
        await Run(journal, payloads / 10);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        await Run(journal, payloads);
        var cost = (clock.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - cpu);
        return (cost, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / payloads);
    }

    private static Task Run(Clew.Ingest.Journal.Journal journal, int payloads) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            var payload = new IngestPayload(Tenant.Default, PayloadFormat.OtlpTracesProtobuf, new byte[SpanBytes * SpansPerPayload]);
            for (int i = 0; i < payloads / Callers; i++)
            {
                var position = await journal.AppendAsync(payload, CancellationToken.None);
                journal.Release(new JournalPosition(Math.Max(1, position.Sequence - 150)));
            }
        })));

    private static (TimeSpan Wall, TimeSpan Cpu) Cost(Action action)
    {
        var clock = Stopwatch.StartNew();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        action();
        return (clock.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - cpu);
    }

    private static void Report(string what, int payloads, (TimeSpan Wall, TimeSpan Cpu) cost)
    {
        double millions = payloads * SpansPerPayload / 1e6;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{what}: {payloads / cost.Wall.TotalSeconds:F0} appends/s, {millions * 1e6 / cost.Wall.TotalSeconds:F0} spans/s, {cost.Cpu.TotalSeconds / millions:F3} CPU s per million spans");
    }

    private sealed class TemporaryDirectory(string? parent) : IDisposable
    {
        public string Path { get; } = parent is null
            ? Directory.CreateTempSubdirectory("clew-measure-").FullName
            : Directory.CreateDirectory(System.IO.Path.Combine(parent, "clew-measure")).FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
