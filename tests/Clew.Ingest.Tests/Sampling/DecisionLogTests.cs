using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Ingest.Sampling.Decisions;
using Clew.Storage;
using Clew.Testing;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Sampling;

/// <summary>Decisions count if their append took place: over kills at any moment, appends that fail, and appends of which nobody knows.</summary>
public sealed class DecisionLogTests
{
    private const string Root = "/data/sampling";

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void ExactlyWhatTookPlaceIsRemembered(int seed)
    {
        var random = new Random(seed);
        var files = Files();
        var expected = new HashSet<ulong>();
        long number = 0;
        var stored = AppendId.None;
        var (memory, log) = Open(files, stored);
        for (int step = 0; step < 300; step++)
        {
            var append = new AppendId(++number);
            if (random.Next(4) == 0 && !log.OwesRecord)
            {
                stored = append; // an append with nothing to say
                continue;
            }
            ulong key = (ulong)number;
            var record = Record(key);
            log.Write(append, record);
            bool takesPlace = false;
            switch (random.Next(6))
            {
                case 0:
                    log.Abandon();
                    break;
                case 1: // not known to this process; the next one finds that it did not take place, or did
                    takesPlace = random.Next(2) == 0;
                    stored = takesPlace ? append : stored;
                    if (takesPlace || random.Next(2) == 0)
                    {
                        Restart();
                    }
                    break;
                default:
                    takesPlace = true;
                    stored = append;
                    log.Commit(append);
                    Remember(memory, record);
                    break;
            }
            if (takesPlace)
            {
                expected.Add(key);
            }
            if (random.Next(20) == 0)
            {
                Restart();
            }
            Assert.Equal(expected.Order(), memory.Decisions.Select(each => each.Key).Order());
            Assert.All(Enumerable.Range(1, (int)number), i => Assert.Equal(expected.Contains((ulong)i), memory.IsDropped((ulong)i)));
        }
        log.Dispose();

        void Restart()
        {
            files = files.AfterKill(1);
            log.Dispose();
            (memory, log) = Open(files, stored);
            Assert.Empty(log.Problems);
        }
    }

    [Fact]
    public void AByteThatIsFlippedIsFoundOrWithoutEffect()
    {
        var files = Files();
        var (memory, log) = Open(files, AppendId.None);
        for (ulong i = 1; i <= 5; i++)
        {
            log.Write(new AppendId((long)i), Record(i));
            log.Commit(new AppendId((long)i));
            Remember(memory, Record(i));
        }
        log.Dispose();
        string path = Path.Combine(Root, Assert.Single(files.ListFiles(Root)));
        byte[] whole = files.ReadAll(path);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] flipped = [.. whole];
            flipped[at] ^= 0x10;
            using (var file = files.Open(path, DataFileMode.Create))
            {
                file.Write(flipped, 0);
            }
            var (found, reopened) = Open(files, new AppendId(5));
            ulong[] known = [.. found.Decisions.Select(each => each.Key).Order()];
            // Never what was not written. What is lost before the last record is told of; a last one that is torn was never acknowledged.
            Assert.Equal(Enumerable.Range(1, known.Length).Select(i => (ulong)i), known);
            Assert.True(known.Length >= 4 || reopened.Problems.Count > 0, $"byte {at}");
            reopened.Dispose();
        }
    }

    [Fact]
    public void AFailedWriteRefusesItsAppendAndTheNextOneGoesOn()
    {
        var files = Files();
        var (memory, log) = Open(files, AppendId.None);
        log.Write(new AppendId(1), Record(1));
        log.Commit(new AppendId(1));
        Remember(memory, Record(1));
        files.Refuse = static operation => operation.Kind == FileOperationKind.Sync ? DiskErrors.NoSpace() : null;
        Assert.ThrowsAny<IOException>(() => log.Write(new AppendId(2), Record(2)));
        Assert.True(log.OwesRecord);
        files.Refuse = null;
        log.Write(new AppendId(3), Record(3));
        log.Commit(new AppendId(3));
        log.Dispose();
        var (found, reopened) = Open(files.AfterKill(1), new AppendId(3));
        Assert.Equal([1UL, 3UL], found.Decisions.Select(each => each.Key).Order());
        reopened.Dispose();
    }

    private static FaultyFileLayer Files()
    {
        var files = new FaultyFileLayer(1);
        files.CreateDirectory("/data");
        return files;
    }

    private static (DecisionMemory Memory, DecisionLog Log) Open(FaultyFileLayer files, AppendId stored)
    {
        var memory = new DecisionMemory(10_000, TimeSpan.FromDays(1), 10_000, new ManualTimeProvider());
        return (memory, DecisionLog.Open(files, Root, memory, stored, 0));
    }

    private static DecisionRecord Record(ulong key)
    {
        var record = new DecisionRecord { Newest = (long)key, Time = 1 };
        record.Add(key, new SamplingDecision(SamplingThreshold.OfProbability(0.1), key % 2 == 0).ToCode());
        record.AddDropped(key);
        return record;
    }

    private static void Remember(DecisionMemory memory, DecisionRecord record)
    {
        foreach (var (trace, code) in record.Decisions)
        {
            memory.Add(trace, code);
        }
        memory.AddDropped([.. record.Dropped], record.Newest);
    }
}
