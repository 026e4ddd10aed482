using System.Buffers;
using System.IO.Compression;
using Clew.Core.Encodings;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// A page of a dictionary. Entries are unpacked when they are first asked for, together with those of their piece. Safe from any thread:
/// two may unpack the same piece, to the same bytes. Bounded by the page unpacked, and packed besides.
/// </summary>
/// <remarks>Entries that cannot be unpacked are an <see cref="InvalidDataException"/>.</remarks>
internal sealed class DictionaryPage
{
    private const int MostPieces = 64;

    private readonly byte[] packed; // the file's
    private readonly int[] ends;
    private readonly bool isRented;
    private readonly byte[] text;
    private readonly int textStart; // of entry 0
    private readonly PlacedTextReader? places;
    private readonly (int End, int Start, int Length)[]? pieces; // of Brotli: entry it ends before, and where it lies
    private readonly bool mayBePlain; // a piece as long packed as unpacked is not packed
    private ulong unpacked; // a bit a piece

    private DictionaryPage(byte[] packed, int length, int count, bool isRented)
    {
        this.packed = packed;
        this.isRented = isRented;
        Count = count;
        ends = isRented ? ArrayPool<int>.Shared.Rent(count) : new int[count];
        ReadOnlySpan<byte> body = packed.AsSpan(0, length);
        int total = ReadEnds(ref body);
        byte form = body[0];
        body = body[1..];
        int at = length - body.Length;
        switch (form)
        {
            case TextForm.Plain when body.Length == total:
                (text, textStart, unpacked) = (packed, at, ulong.MaxValue);
                return;
            case TextForm.Whole:
                pieces = [(count, at, body.Length)];
                break;
            case TextForm.Pieces:
                pieces = ReadPieces(body, at);
                mayBePlain = true;
                break;
            case TextForm.Places when count <= MostPieces * TextForm.PlacedEntries:
                places = new PlacedTextReader(packed, at, length, count, total);
                break;
            default:
                throw Unusable();
        }
        text = isRented ? ArrayPool<byte>.Shared.Rent(total) : GC.AllocateUninitializedArray<byte>(total);
    }

    public int Count { get; }

    /// <summary>Bytes of memory, all unpacked.</summary>
    public int Size => (ReferenceEquals(text, packed) ? 0 : text.Length) + packed.Length + (4 * ends.Length);

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            int piece = PieceOf(index);
            if ((Volatile.Read(ref unpacked) >> piece & 1) == 0)
            {
                Unpack(piece);
                Interlocked.Or(ref unpacked, 1UL << piece);
            }
            int start = StartOf(index);
            return text.AsSpan(textStart + start, ends[index] - start);
        }
    }

    /// <summary>Reads the page, and no entry yet.</summary>
    /// <param name="packed">Begins with the page, its checksum left out; owned by the result.</param>
    /// <param name="length">Bytes of the page.</param>
    /// <param name="entries">Its entries.</param>
    /// <param name="isRented">The memory is borrowed: the result is one user's, who calls <see cref="Return"/>.</param>
    /// <exception cref="InvalidDataException">The bytes are not such a page.</exception>
    public static DictionaryPage Read(byte[] packed, int length, int entries, bool isRented) => new(packed, length, entries, isRented);

    /// <summary>Gives borrowed memory back: the page may not be used any more. For pages that were read so.</summary>
    public void Return()
    {
        if (isRented)
        {
            ArrayPool<int>.Shared.Return(ends);
            ArrayPool<byte>.Shared.Return(packed);
            if (!ReferenceEquals(text, packed))
            {
                ArrayPool<byte>.Shared.Return(text);
            }
        }
    }

    private int StartOf(int index) => index == 0 ? 0 : ends[index - 1];

    private int PieceOf(int index)
    {
        if ((uint)index >= (uint)Count)
        {
            throw new ArgumentOutOfRangeException(nameof(index));
        }
        if (places is not null)
        {
            return index / TextForm.PlacedEntries;
        }
        int piece = 0;
        while (pieces is not null && pieces[piece].End <= index)
        {
            piece++;
        }
        return piece;
    }

    private void Unpack(int piece)
    {
        if (places is not null)
        {
            int from = piece * TextForm.PlacedEntries;
            places.Read(from, Math.Min(TextForm.PlacedEntries, Count - from), text);
            return;
        }
        var (end, at, length) = pieces![piece];
        int start = piece == 0 ? 0 : StartOf(pieces[piece - 1].End);
        var to = text.AsSpan(start, StartOf(end) - start);
        var source = packed.AsSpan(at, length);
        if (length == to.Length && mayBePlain)
        {
            source.CopyTo(to); // not compressible
        }
        else if (!BrotliDecoder.TryDecompress(source, to, out int written) || written != to.Length)
        {
            throw Unusable();
        }
    }

    private (int End, int Start, int Length)[] ReadPieces(ReadOnlySpan<byte> body, int at)
    {
        var result = new List<(int End, int Start, int Length)>();
        int whole = body.Length;
        int used = 0;
        for (int end = 0; end < Count;)
        {
            end = TextForm.PieceEnd(ends.AsSpan(0, Count), end);
            int length = Varint.ReadInt(ref body, whole);
            result.Add((end, used, length));
            used = checked(used + length);
        }
        if (result.Count > MostPieces || used != body.Length)
        {
            throw Unusable();
        }
        int first = at + whole - body.Length;
        return [.. result.Select(piece => (piece.End, first + piece.Start, piece.Length))];
    }

    private int ReadEnds(ref ReadOnlySpan<byte> body)
    {
        long[] rented = ArrayPool<long>.Shared.Rent(Count);
        try
        {
            var lengths = rented.AsSpan(0, Count);
            IntegerPage.Decode(ref body, lengths);
            int total = 0;
            for (int i = 0; i < lengths.Length; i++)
            {
                total = lengths[i] >= 0 ? checked(total + (int)lengths[i]) : throw Unusable();
                ends[i] = total;
            }
            return body.IsEmpty ? throw Unusable() : total;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    private static InvalidDataException Unusable() => new("The strings of a dictionary cannot be unpacked.");
}
