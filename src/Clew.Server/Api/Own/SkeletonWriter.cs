using System.Buffers;
using System.Buffers.Binary;
using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Query.Traces;

namespace Clew.Server.Api.Own;

/// <summary>
/// Writes a trace's tree as columns. Keep in sync with docs/api/own.md, "skeleton".
/// </summary>
internal static class SkeletonWriter
{
    public const string ContentType = "application/vnd.clew.skeleton";

    private const int HeaderSize = 64;
    private const ushort Version = 1;
    private const int OpenFlag = 1;
    private const int StoredIncompleteFlag = 8;
    private const int LateFlag = 1024;
    private const int ClosedEarlyFlag = 2048;
    private const int ClosedAtBoundFlag = 4096;

    /// <summary>Writes into memory of the shared pool; the caller gives it back.</summary>
    public static (byte[] Buffer, int Length) Write(MergedTrace trace)
    {
        // 1. Gather the distinct strings, in the order in which they are met.
        var tree = SpanTree.Build(trace.Spans);
        var batch = trace.Spans;
        var analyzer = new TraceAnalyzer();
        analyzer.Analyze(batch, tree, withSections: true);
        bool corrected = tree.TraceNotes.HasFlag(TreeNotes.ClocksCorrected);
        int sections = 0;
        foreach (var section in analyzer.Path.Sections)
        {
            sections += section.Span >= 0 ? 1 : 0;
        }
        int[] indexes = new int[batch.Strings.Count]; // string id -> index + 1
        var strings = new List<int>();
        long textBytes = 0;
        for (int i = 0; i < tree.Count; i++)
        {
            textBytes += Meet(batch.Spans.Names[tree.Rows[i]]) + Meet(batch.ServiceName(tree.Rows[i]));
        }

        // 2. Lay out.
        int n = tree.Count;
        int length = checked((int)(HeaderSize + (4 * Padded(8L * n)) + (4 * Padded(4L * n)) + (3 * Padded(n))
            + Padded(4L * (strings.Count + 1)) + Padded(textBytes)
            + Padded(8L * n) + (2 * Padded(8L * sections)) + Padded(4L * sections) + (corrected ? Padded(8L * n) : 0)));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        var all = buffer.AsSpan(0, length);
        all.Clear();

        // 3. Header.
        "CLSK"u8.CopyTo(all);
        BinaryPrimitives.WriteUInt16LittleEndian(all[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(all[6..], (ushort)TraceFlagsOf(trace, tree));
        BinaryPrimitives.WriteInt32LittleEndian(all[8..], n);
        BinaryPrimitives.WriteInt32LittleEndian(all[12..], strings.Count);
        BinaryPrimitives.WriteInt32LittleEndian(all[16..], (int)textBytes);
        BinaryPrimitives.WriteInt32LittleEndian(all[20..], sections);
        BinaryPrimitives.WriteUInt64LittleEndian(all[24..], tree.StartTime);
        BinaryPrimitives.WriteUInt64LittleEndian(all[32..], tree.EndTime - tree.StartTime);
        trace.TraceId.Write(all[40..]);

        // 4. Columns.
        int at = HeaderSize;
        var start = Column(all, 8L * n, ref at);
        var duration = Column(all, 8L * n, ref at);
        var selfTime = Column(all, 8L * n, ref at);
        var spanId = Column(all, 8L * n, ref at);
        var parent = Column(all, 4L * n, ref at);
        var subtreeSize = Column(all, 4L * n, ref at);
        var name = Column(all, 4L * n, ref at);
        var service = Column(all, 4L * n, ref at);
        var kind = Column(all, n, ref at);
        var status = Column(all, n, ref at);
        var flags = Column(all, n, ref at);
        var spans = batch.Spans;
        for (int i = 0; i < n; i++)
        {
            int row = tree.Rows[i];
            BinaryPrimitives.WriteDoubleLittleEndian(start[(8 * i)..], spans.StartTimes[row] - tree.StartTime);
            BinaryPrimitives.WriteDoubleLittleEndian(duration[(8 * i)..], spans.Duration(row));
            BinaryPrimitives.WriteDoubleLittleEndian(selfTime[(8 * i)..], tree.SelfTimes[i]);
            spans.SpanIds[row].Write(spanId[(8 * i)..]);
            BinaryPrimitives.WriteInt32LittleEndian(parent[(4 * i)..], tree.ParentRows[i]);
            BinaryPrimitives.WriteInt32LittleEndian(subtreeSize[(4 * i)..], tree.SubtreeSizes[i]);
            BinaryPrimitives.WriteInt32LittleEndian(name[(4 * i)..], indexes[spans.Names[row]] - 1);
            BinaryPrimitives.WriteInt32LittleEndian(service[(4 * i)..], indexes[batch.ServiceName(row)] - 1);
            kind[i] = (byte)spans.Kinds[row];
            status[i] = (byte)spans.StatusCodes[row];
            flags[i] = (byte)tree.Notes[i];
        }
        var offsets = Column(all, 4L * (strings.Count + 1), ref at);
        var text = Column(all, textBytes, ref at);
        int used = 0;
        for (int i = 0; i < strings.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(offsets[(4 * i)..], used);
            var bytes = batch.Strings[strings[i]];
            bytes.CopyTo(text[used..]);
            used += bytes.Length;
        }
        BinaryPrimitives.WriteInt32LittleEndian(offsets[(4 * strings.Count)..], used);
        WriteAnalysis(all, at, tree, analyzer, sections, corrected);
        return (buffer, length);

        long Meet(int id)
        {
            if (indexes[id] != 0)
            {
                return 0;
            }
            strings.Add(id);
            indexes[id] = strings.Count;
            return batch.Strings[id].Length;
        }
    }

    /// <summary>5. What follows from the tree: readers of before stop in front of it.</summary>
    private static void WriteAnalysis(Span<byte> all, int at, SpanTree tree, TraceAnalyzer analyzer, int sections, bool corrected)
    {
        int n = tree.Count;
        var criticalTime = Column(all, 8L * n, ref at);
        var sectionStart = Column(all, 8L * sections, ref at);
        var sectionEnd = Column(all, 8L * sections, ref at);
        var sectionSpan = Column(all, 4L * sections, ref at);
        var correctedStart = Column(all, corrected ? 8L * n : 0, ref at);
        var times = analyzer.Path.Times;
        for (int i = 0; i < n; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(criticalTime[(8 * i)..], times[i]);
            if (corrected)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(correctedStart[(8 * i)..], (long)(analyzer.Timeline.Starts[i] - tree.StartTime));
            }
        }
        int written = 0;
        foreach (var (span, start, end) in analyzer.Path.Sections)
        {
            if (span >= 0)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(sectionStart[(8 * written)..], (long)(start - tree.StartTime));
                BinaryPrimitives.WriteDoubleLittleEndian(sectionEnd[(8 * written)..], (long)(end - tree.StartTime));
                BinaryPrimitives.WriteInt32LittleEndian(sectionSpan[(4 * written)..], span);
                written++;
            }
        }
    }

    private static int TraceFlagsOf(MergedTrace trace, SpanTree tree)
    {
        bool open = trace.Flags.HasFlag(TraceFlags.Open);
        return ((int)tree.TraceNotes & 0xFFFF)
            | (open ? OpenFlag : 0)
            | ((trace.Flags & (TraceFlags.Late | TraceFlags.Amended)) != 0 ? LateFlag : 0)
            | (trace.Flags.HasFlag(TraceFlags.ClosedEarly) ? ClosedEarlyFlag : 0)
            | (trace.Flags.HasFlag(TraceFlags.ClosedAtBound) ? ClosedAtBoundFlag : 0)
            | (!open && tree.TraceNotes.HasFlag(TreeNotes.WithoutRoot) ? StoredIncompleteFlag : 0);
    }

    private static Span<byte> Column(Span<byte> all, long bytes, ref int at)
    {
        var column = all.Slice(at, (int)bytes);
        at += (int)Padded(bytes);
        return column;
    }

    private static long Padded(long bytes) => (bytes + 7) & ~7L;
}
