using System.Text;

namespace Clew.Server.Tests.Api.Support;

/// <summary>Reads a skeleton front to back, as docs/api/own.md describes it; shares nothing with the writer.</summary>
internal sealed class Skeleton
{
    public Skeleton(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        Assert.Equal("CLSK", Encoding.ASCII.GetString(reader.ReadBytes(4)));
        Assert.Equal(1, reader.ReadUInt16());
        Flags = reader.ReadUInt16();
        int n = reader.ReadInt32();
        int s = reader.ReadInt32();
        int b = reader.ReadInt32();
        int k = reader.ReadInt32();
        Start = reader.ReadUInt64();
        Duration = reader.ReadUInt64();
        TraceId = Convert.ToHexStringLower(reader.ReadBytes(16));
        Assert.Equal(0L, reader.ReadInt64());

        Starts = Column(reader, n, reader.ReadDouble);
        Durations = Column(reader, n, reader.ReadDouble);
        SelfTimes = Column(reader, n, reader.ReadDouble);
        SpanIds = Column(reader, n, () => Convert.ToHexStringLower(reader.ReadBytes(8)));
        Parents = Column(reader, n, reader.ReadInt32);
        SubtreeSizes = Column(reader, n, reader.ReadUInt32);
        uint[] names = Column(reader, n, reader.ReadUInt32);
        uint[] services = Column(reader, n, reader.ReadUInt32);
        Kinds = Column(reader, n, reader.ReadByte);
        Statuses = Column(reader, n, reader.ReadByte);
        SpanFlags = Column(reader, n, reader.ReadByte);
        uint[] offsets = Column(reader, s + 1, reader.ReadUInt32);
        byte[] text = Column(reader, b, reader.ReadByte);
        CriticalTimes = Column(reader, n, reader.ReadDouble);
        double[] sectionStarts = Column(reader, k, reader.ReadDouble);
        double[] sectionEnds = Column(reader, k, reader.ReadDouble);
        int[] sectionSpans = Column(reader, k, reader.ReadInt32);
        Sections = [.. Enumerable.Range(0, k).Select(i => (sectionSpans[i], sectionStarts[i], sectionEnds[i]))];
        CorrectedStarts = (Flags & 512) != 0 ? Column(reader, n, reader.ReadDouble) : null;
        Assert.Equal(bytes.Length, reader.BaseStream.Position);
        Assert.Equal((uint)b, offsets[s]);
        string Text(uint i) => Encoding.UTF8.GetString(text[(int)offsets[i]..(int)offsets[i + 1]]);
        Names = [.. names.Select(Text)];
        Services = [.. services.Select(Text)];
    }

    public ushort Flags { get; }

    public ulong Start { get; }

    public ulong Duration { get; }

    public string TraceId { get; }

    public double[] Starts { get; }

    public double[] Durations { get; }

    public double[] SelfTimes { get; }

    public double[] CriticalTimes { get; }

    /// <summary>Row, start and end, in order of time.</summary>
    public (int Span, double Start, double End)[] Sections { get; }

    public double[]? CorrectedStarts { get; }

    public string[] SpanIds { get; }

    public int[] Parents { get; }

    public uint[] SubtreeSizes { get; }

    public string[] Names { get; }

    public string[] Services { get; }

    public byte[] Kinds { get; }

    public byte[] Statuses { get; }

    public byte[] SpanFlags { get; }

    private static T[] Column<T>(BinaryReader reader, int count, Func<T> read)
    {
        Assert.Equal(0, reader.BaseStream.Position % 8);
        var column = new T[count];
        for (int i = 0; i < count; i++)
        {
            column[i] = read();
        }
        while (reader.BaseStream.Position % 8 != 0)
        {
            Assert.Equal(0, reader.ReadByte());
        }
        return column;
    }
}
