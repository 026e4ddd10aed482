using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Ingest.Intake;
using Clew.Ingest.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Ingest.Tests.Journal;

/// <summary>
/// This assembly run again as the process that is to be killed: it appends from four callers and writes the id of every acknowledged
/// payload to its standard output, one a line.
/// </summary>
internal static class JournalChild
{
    public const string DirectoryVariable = "CLEW_TEST_JOURNAL_DIRECTORY";
    public const string FirstIdVariable = "CLEW_TEST_JOURNAL_FIRST_ID";

    public static JournalOptions Options(string directory) => new()
    {
        Directory = Path.Combine(directory, "journal"),
        FileBytes = 256 << 10,
        BoundBytes = 512L << 20,
    };

    /// <summary>A payload that its id determines.</summary>
    public static byte[] Payload(long id)
    {
        byte[] bytes = new byte[8 + (int)(id * 7919 % 6000)];
        new Random((int)id).NextBytes(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, id);
        return bytes;
    }

#pragma warning disable CA2255 // It runs before the test runner's own entry point, and only where the variable asks for it.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void RunWhereAsked()
    {
        if (Environment.GetEnvironmentVariable(DirectoryVariable) is { Length: > 0 } directory)
        {
            long firstId = long.Parse(Environment.GetEnvironmentVariable(FirstIdVariable)!, CultureInfo.InvariantCulture);
            Run(directory, firstId).GetAwaiter().GetResult();
            Environment.Exit(0);
        }
    }

    private static async Task Run(string directory, long firstId)
    {
        using var held = DataDirectoryLock.Acquire(directory);
        var journal = Clew.Ingest.Journal.Journal.Open(
            Options(directory), DiskFileLayer.Instance, TimeProvider.System, NullLogger<Clew.Ingest.Journal.Journal>.Instance);
        foreach (var _ in journal.Replay())
        {
            // Only the parent looks into what was kept.
        }
        long last = firstId - 1;
        await using var output = Console.OpenStandardOutput();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await Task.Yield();
            while (true)
            {
                long id = Interlocked.Increment(ref last);
                await journal.AppendAsync(new IngestPayload(Tenant.Default, PayloadFormat.OtlpTracesProtobuf, Payload(id)), CancellationToken.None);
                byte[] line = System.Text.Encoding.ASCII.GetBytes($"{id}\n");
                lock (journal)
                {
                    output.Write(line);
                    output.Flush();
                }
            }
        }));
    }
}
