using System.Buffers;
using System.Text;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Segments;

/// <summary>What is known of a segment without opening it: it stands in the manifest and, so that a file explains itself, in the file.</summary>
internal sealed record SegmentSummary
{
    public required string Tenant { get; init; }

    public required string RetentionClass { get; init; }

    /// <summary>UTC day of the start of its traces, counted from 1970-01-01.</summary>
    public required int Day { get; init; }

    /// <summary>Number of the append that wrote it, counted from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>Which of the append's <see cref="Parts"/> segments it is, counted from 0.</summary>
    public required int Part { get; init; }

    public required int Parts { get; init; }

    public SegmentName Name => new(Sequence, Part);

    /// <summary>Spans in a row group; also rows in a page of resources, scopes and traces.</summary>
    public required int GroupRows { get; init; }

    public required int Spans { get; init; }

    public required int Traces { get; init; }

    /// <summary>Smallest and largest start of a span.</summary>
    public required ulong FirstStart { get; init; }

    public required ulong LastStart { get; init; }

    /// <summary>Smallest and largest start of a trace.</summary>
    public required ulong OldestTrace { get; init; }

    public required ulong NewestTrace { get; init; }

    /// <summary>Some trace is <see cref="Core.Columns.TraceFlags.Partial"/>.</summary>
    public required bool HasPartialTraces { get; init; }

    /// <summary>Every start and end lies below 2^63 ns, so that a duration's sign says which came first.</summary>
    public required bool PlainTimes { get; init; }

    /// <summary>Pages that a table of so many rows takes.</summary>
    public int Pages(int rows) => (rows + GroupRows - 1) / GroupRows;

    public void Write(IBufferWriter<byte> to)
    {
        WriteText(to, Tenant);
        WriteText(to, RetentionClass);
        foreach (ulong number in (ReadOnlySpan<ulong>)
            [(ulong)Day, (ulong)Sequence, (ulong)Part, (ulong)Parts, (ulong)GroupRows, (ulong)Spans, (ulong)Traces, FirstStart, LastStart, OldestTrace, NewestTrace,
             (HasPartialTraces ? 1UL : 0) | (PlainTimes ? 2UL : 0)])
        {
            Varint.Write(to, number);
        }
    }

    public static SegmentSummary Read(ref ReadOnlySpan<byte> from)
    {
        var summary = new SegmentSummary
        {
            Tenant = ReadText(ref from),
            RetentionClass = ReadText(ref from),
            Day = Varint.ReadInt(ref from),
            Sequence = (long)Varint.Read(ref from),
            Part = Varint.ReadInt(ref from),
            Parts = Varint.ReadInt(ref from),
            GroupRows = Math.Max(1, Varint.ReadInt(ref from)),
            Spans = Varint.ReadInt(ref from),
            Traces = Varint.ReadInt(ref from),
            FirstStart = Varint.Read(ref from),
            LastStart = Varint.Read(ref from),
            OldestTrace = Varint.Read(ref from),
            NewestTrace = Varint.Read(ref from),
            HasPartialTraces = false,
            PlainTimes = false,
        };
        ulong flags = Varint.Read(ref from);
        return summary with { HasPartialTraces = (flags & 1) != 0, PlainTimes = (flags & 2) != 0 };
    }

    public static void WriteText(IBufferWriter<byte> to, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Varint.Write(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    public static string ReadText(ref ReadOnlySpan<byte> from)
    {
        int length = Varint.ReadInt(ref from, from.Length);
        string text = Encoding.UTF8.GetString(from[..length]);
        from = from[length..];
        return text;
    }
}
