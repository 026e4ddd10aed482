using System.Buffers;
using Clew.Core.Encodings;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Series;

/// <summary>What is known of a block without opening it: it stands in the manifest and, so that a file explains itself, in the file.</summary>
/// <param name="Tenant">Whose series they are.</param>
/// <param name="Number">The file's number.</param>
/// <param name="Step">Nanoseconds between points.</param>
/// <param name="Partition">Which stretch of time it belongs to: <see cref="SeriesPartition"/>.</param>
/// <param name="First">Smallest step: its start divided by <paramref name="Step"/>.</param>
/// <param name="Last">Largest step.</param>
/// <param name="Series">Series with a cell in it.</param>
/// <param name="Cells">Points of all series.</param>
internal sealed record SeriesBlockSummary(string Tenant, long Number, ulong Step, long Partition, long First, long Last, int Series, int Cells)
{
    public string Path => SeriesPaths.Block(Tenant, Number);

    /// <summary>Start of the first point, Unix nanoseconds.</summary>
    public ulong FirstTime => (ulong)First * Step;

    /// <summary>Start of the last point, Unix nanoseconds.</summary>
    public ulong LastTime => (ulong)Last * Step;

    public void Write(IBufferWriter<byte> to)
    {
        SegmentSummary.WriteText(to, Tenant);
        Varint.Write(to, (ulong)Number);
        Varint.Write(to, Step);
        Varint.WriteSigned(to, Partition);
        Varint.Write(to, (ulong)First);
        Varint.Write(to, (ulong)Last);
        Varint.Write(to, (ulong)Series);
        Varint.Write(to, (ulong)Cells);
    }

    /// <exception cref="InvalidDataException">The bytes are not those of a summary.</exception>
    public static SeriesBlockSummary Read(ref ReadOnlySpan<byte> from)
    {
        string tenant = SegmentSummary.ReadText(ref from);
        long number = (long)Varint.Read(ref from);
        ulong step = Varint.Read(ref from);
        long partition = Varint.ReadSigned(ref from);
        long first = (long)Varint.Read(ref from);
        long last = (long)Varint.Read(ref from);
        int series = Varint.ReadInt(ref from);
        int cells = Varint.ReadInt(ref from);
        return step == 0 ? throw new InvalidDataException("A block has no step.") : new SeriesBlockSummary(tenant, number, step, partition, first, last, series, cells);
    }
}
