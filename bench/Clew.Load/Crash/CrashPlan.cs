using System.Globalization;
using System.Text;
using Clew.Load.Payloads;

namespace Clew.Load.Crash;

/// <summary>
/// What the payloads of the crash load hold: a function of seed and numbers alone, so that the record of what was acknowledged needs a few
/// bytes a payload. A block is a few traces; part p of it is one payload with part p of each of them.
/// </summary>
/// <param name="seed">Same seed, same spans.</param>
/// <param name="epoch">Unix ns around which they start.</param>
/// <param name="isSampled">
/// True where the server samples: the first trace of each block then is one that every share keeps, so that it shows whether a payload came in.
/// </param>
internal sealed class CrashPlan(int seed, ulong epoch, bool isSampled = false)
{
    public const int MostParts = 3;
    private const int TracesPerBlock = 8;
    private const int ManySpans = 1_500;
    private const int TextBytes = 200_000;
    private const ulong TraceInterval = 100_000;
    private const ulong HighRandomness = 0x00FF_0000_0000_0000; // of 56 bits, in the lower half of the id

    private static readonly string[] Services = ["storefront", "cart", "pricing", "payment", "order"];
    private static readonly string[] Operations = ["GET /", "POST /checkout", "SELECT", "publish", "charge", "reserve", "ünïcödé"];

    private readonly ulong seed = (ulong)seed;

    public CrashBlock Kind(long block) => (Mix.Of(seed, (ulong)block) % 100) switch
    {
        < 50 => CrashBlock.Whole,
        < 80 => CrashBlock.Spread,
        < 96 => CrashBlock.Late,
        < 98 => CrashBlock.ManySpans,
        _ => CrashBlock.LongTexts,
    };

    public int Parts(long block) => Kind(block) switch { CrashBlock.Spread => 3, CrashBlock.Late => 2, _ => 1 };

    /// <summary>Numbers of the block's traces.</summary>
    public IEnumerable<long> Traces(long block)
    {
        int count = Kind(block) switch { CrashBlock.ManySpans => 1, CrashBlock.LongTexts => 2, _ => TracesPerBlock };
        return Enumerable.Range(0, count).Select(i => (block * TracesPerBlock) + i);
    }

    public string TraceIdText(long trace)
    {
        var values = new TraceValues(seed, trace);
        return isSampled && IsMark(trace) ? $"{values.IdHigh:x16}{values.IdLow | HighRandomness:x16}" : values.IdText;
    }

    /// <summary>True for the first trace of a block.</summary>
    public static bool IsMark(long trace) => trace % TracesPerBlock == 0;

    /// <summary>Spans of a trace in each of its parts.</summary>
    public int SpansPerPart(long trace) => Kind(trace / TracesPerBlock) == CrashBlock.ManySpans
        ? ManySpans
        : 2 + (int)(Mix.Of(~seed, (ulong)trace) % 7);

    /// <summary>Spans of one payload.</summary>
    public int SpansOfPart(long block) => Traces(block).Sum(SpansPerPart);

    /// <summary>The spans that part <paramref name="part"/> brings to a trace.</summary>
    public IEnumerable<CrashSpan> Spans(long trace, int part)
    {
        int count = SpansPerPart(trace);
        return Enumerable.Range(part * count, count).Select(index => Span(trace, part, index));
    }

    /// <summary>A text attribute of that length.</summary>
    public static string Text(CrashSpan span) => string.Create(span.TextBytes, span.Number, static (text, number) =>
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (char)('a' + (Mix.Of((ulong)number, (ulong)i) % 26));
        }
    });

    public static string OrderText(CrashSpan span) => string.Create(CultureInfo.InvariantCulture, $"order-{Mix.Of(17, (ulong)span.Number >> 4):x}");

    /// <summary>An ExportTraceServiceRequest.</summary>
    public byte[] Payload(long block, int part)
    {
        var scope = new WireBuffer();
        scope.Text(1, "crash");
        var scopeSpans = new WireBuffer();
        scopeSpans.Bytes(1, scope.ToArray());
        foreach (long trace in Traces(block))
        {
            foreach (var span in Spans(trace, part))
            {
                scopeSpans.Bytes(2, Message(trace, span));
            }
        }
        var resource = new WireBuffer();
        resource.Attribute(1, "service.name", Service(block, part));
        var resourceSpans = new WireBuffer();
        resourceSpans.Bytes(1, resource.ToArray());
        resourceSpans.Bytes(2, scopeSpans.ToArray());
        var request = new WireBuffer();
        request.Bytes(1, resourceSpans.ToArray());
        return request.ToArray();
    }

    private string Service(long block, int part) =>
        Services[(int)((Mix.Of(seed ^ 5, (ulong)block) + (ulong)part) % (ulong)Services.Length)];

    private CrashSpan Span(long trace, int part, int index)
    {
        var values = new TraceValues(seed, trace);
        ulong choice = values.Choice(index);
        long block = trace / TracesPerBlock;
        // A parent may come in a later part: not all children arrive after theirs.
        int parent = index == 0 ? -1 : (int)((choice >> 8) % (ulong)index);
        ulong start = epoch + ((ulong)trace * TraceInterval) + ((ulong)index * 1_000) + (choice >> 56);
        var group = new CountGroup(
            Service(block, part), Operations[(int)(choice % (ulong)Operations.Length)], 1 + (int)((choice >> 16) % 5), (int)((choice >> 24) % 3));
        return new CrashSpan(
            values.SpanId(index), parent < 0 ? 0 : values.SpanId(parent), group, start, choice >> 40, (trace << 16) + index,
            Kind(block) == CrashBlock.LongTexts ? TextBytes : 0);
    }

    private byte[] Message(long trace, CrashSpan span)
    {
        var wire = new WireBuffer();
        wire.Bytes(1, Convert.FromHexString(TraceIdText(trace)));
        wire.Bytes(2, BigEndian(span.Id));
        if (span.Parent != 0)
        {
            wire.Bytes(4, BigEndian(span.Parent));
        }
        wire.Text(5, span.Group.Operation);
        wire.Varint(6, (ulong)span.Group.Kind);
        wire.Fixed64(7, span.Start);
        wire.Fixed64(8, span.Start + span.Duration);
        wire.Attribute(9, "crash.number", span.Number);
        wire.Attribute(9, "order.id", OrderText(span));
        if (span.TextBytes > 0)
        {
            wire.Attribute(9, "crash.text", Text(span));
        }
        var status = new WireBuffer();
        status.Varint(3, (ulong)span.Group.Status);
        wire.Bytes(15, status.ToArray());
        return wire.ToArray();
    }

    private static byte[] BigEndian(ulong id)
    {
        byte[] bytes = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        return bytes;
    }
}
