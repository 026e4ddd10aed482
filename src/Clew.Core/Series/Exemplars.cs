using System.Buffers;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Core.Series;

/// <summary>
/// The traces that stand for what a series counted in a step of time. The same spans give the same traces, in whatever order and by
/// whatever merges they came. Keep the bytes in sync with <c>docs/formats/series.md</c>.
/// </summary>
public struct Exemplars
{
    private const byte HasSlow = 1;
    private const byte HasTypical = 2;
    private const byte TypicalIsSlow = 4;

    /// <summary>The one that took longest.</summary>
    public Exemplar Slow { get; private set; }

    /// <summary>Any one, all alike likely: chosen by a hash of the trace's id.</summary>
    public Exemplar Typical { get; private set; }

    /// <summary>True where there is none of either.</summary>
    public readonly bool IsEmpty => Slow.IsNone && Typical.IsNone;

    /// <summary>Notes a span of a trace that is kept.</summary>
    public void Offer(TraceId traceId, ulong duration)
    {
        var offered = new Exemplar(traceId, duration);
        if (IsSlower(offered, Slow))
        {
            Slow = offered;
        }
        if (IsChosen(offered, Typical))
        {
            Typical = offered;
        }
    }

    /// <summary>Adds what was noted elsewhere.</summary>
    public void Merge(in Exemplars other)
    {
        if (!other.Slow.IsNone && IsSlower(other.Slow, Slow))
        {
            Slow = other.Slow;
        }
        if (!other.Typical.IsNone && IsChosen(other.Typical, Typical))
        {
            Typical = other.Typical;
        }
    }

    /// <summary>Appends the bytes: none where there is no exemplar.</summary>
    public readonly void Write(IBufferWriter<byte> to)
    {
        if (IsEmpty)
        {
            return;
        }
        bool isSame = Slow == Typical;
        to.Write([(byte)((Slow.IsNone ? 0 : HasSlow) | (Typical.IsNone ? 0 : isSame ? TypicalIsSlow : HasTypical))]);
        if (!Slow.IsNone)
        {
            Write(to, Slow);
        }
        if (!Typical.IsNone && !isSame)
        {
            Write(to, Typical);
        }
    }

    /// <summary>Reads what <see cref="Write(IBufferWriter{byte})"/> wrote and moves the span past it. No bytes: none.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those of exemplars.</exception>
    public static Exemplars Read(ref ReadOnlySpan<byte> from)
    {
        var read = new Exemplars();
        if (from.IsEmpty)
        {
            return read;
        }
        byte has = from[0];
        from = from[1..];
        if ((has & HasSlow) != 0)
        {
            read.Slow = ReadOne(ref from);
        }
        if ((has & HasTypical) != 0)
        {
            read.Typical = ReadOne(ref from);
        }
        else if ((has & TypicalIsSlow) != 0)
        {
            read.Typical = read.Slow;
        }
        return read;
    }

    private static bool IsSlower(Exemplar one, Exemplar other) =>
        other.IsNone || one.Duration > other.Duration || (one.Duration == other.Duration && one.TraceId < other.TraceId);

    // Of two spans of one trace the shorter: any rule would do that does not ask for the order.
    private static bool IsChosen(Exemplar one, Exemplar other)
    {
        if (other.IsNone || one.TraceId == other.TraceId)
        {
            return other.IsNone || one.Duration < other.Duration;
        }
        ulong rank = one.TraceId.Mix();
        ulong otherRank = other.TraceId.Mix();
        return rank < otherRank || (rank == otherRank && one.TraceId < other.TraceId);
    }

    private static void Write(IBufferWriter<byte> to, Exemplar exemplar)
    {
        exemplar.TraceId.Write(to.GetSpan(TraceId.Size));
        to.Advance(TraceId.Size);
        Varint.Write(to, exemplar.Duration);
    }

    private static Exemplar ReadOne(ref ReadOnlySpan<byte> from)
    {
        if (from.Length < TraceId.Size)
        {
            throw new InvalidDataException("The bytes are not those of exemplars.");
        }
        var traceId = TraceId.Read(from);
        from = from[TraceId.Size..];
        return new Exemplar(traceId, Varint.Read(ref from));
    }
}
