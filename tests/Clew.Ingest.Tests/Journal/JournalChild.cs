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
/// This assembly run again as the process that is to be killed: it appends, four records at a time, and writes the id of every acknowledged
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
            Run(directory, firstId);
        }
    }

    private static void Run(string directory, long firstId)
    {
        using var held = DataDirectoryLock.Acquire(directory);
        var journal = Clew.Ingest.Journal.Journal.Open(
            Options(directory), DiskFileLayer.Instance, TimeProvider.System, NullLogger<Clew.Ingest.Journal.Journal>.Instance);
        foreach (var _ in journal.Replay())
        {
            // Only the parent looks into what was kept.
        }
        using var output = Console.OpenStandardOutput();
        var waiting = new Queue<(long Id, Task Task)>();
        for (long id = firstId; ; id++)
        {
            var payload = new IngestPayload(Tenant.Default, PayloadFormat.OtlpTracesProtobuf, Payload(id));
            waiting.Enqueue((id, journal.AppendAsync(payload, CancellationToken.None).AsTask()));
            if (waiting.Count < 4)
            {
                continue;
            }
            // No code of this assembly may run on another thread before the initializer is over: the wait is a blocking one.
            var (acknowledged, task) = waiting.Dequeue();
            task.GetAwaiter().GetResult();
            output.Write(System.Text.Encoding.ASCII.GetBytes(acknowledged.ToString(CultureInfo.InvariantCulture) + "\n"));
            output.Flush();
        }
    }
}
