using System.Buffers;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Packs entries of one length, such as ids: where few bytes occur at each place, the entries are numbers with as many digits as there are
/// places. Any entry can be read by itself, and no bit is spent on what all have in common. Memory: eight bytes an entry; belongs to one
/// writer at a time.
/// </summary>
/// <remarks>
/// 1. The bytes that occur at each place. 2. Neighbouring places that are not the same everywhere share theirs. 3. Places are cut into
/// numbers below 2^56, the first place the highest, so that ascending entries are ascending numbers. 4. Each is a page of integers.
/// Layout: runs of places (places varint, bytes varint, the bytes ascending), then of each number its length (varint) and its page.
/// Keep in sync with <c>PlacedTextReader</c> and docs/formats/segment.md.
/// </remarks>
internal sealed class PlacedText
{
    private const int LongestEntry = 256;
    private const int FewestEntries = 16;

    private readonly ArrayBufferWriter<byte> written = new();
    private readonly ArrayBufferWriter<byte> column = new();
    private readonly UInt128[] low = new UInt128[LongestEntry]; // bytes that occur, by place
    private readonly UInt128[] high = new UInt128[LongestEntry];
    private readonly int[] radix = new int[LongestEntry];
    private readonly byte[] digits = new byte[256];
    private long[] numbers = [];

    /// <summary>Which places make one number; places with one byte alone are passed.</summary>
    /// <param name="radix">By place: how many bytes it may have.</param>
    public static List<(int First, int End)> Columns(ReadOnlySpan<int> radix)
    {
        var result = new List<(int, int)>();
        ulong product = 1;
        int first = 0;
        for (int place = 0; place < radix.Length; place++)
        {
            if (product > TextForm.NumberLimit / (ulong)radix[place])
            {
                result.Add((first, place));
                (first, product) = (place, 1);
            }
            product *= (ulong)radix[place];
        }
        if (product > 1)
        {
            result.Add((first, radix.Length));
        }
        return result;
    }

    /// <summary>The entries packed, valid until the next call; empty where they are not such entries.</summary>
    /// <param name="text">The entries' bytes.</param>
    /// <param name="lengths">The length of each.</param>
    /// <param name="encoder">Encodes the numbers.</param>
    public ReadOnlySpan<byte> Pack(ReadOnlySpan<byte> text, ReadOnlySpan<long> lengths, IntegerPage encoder)
    {
        if (lengths.Length < FewestEntries || lengths[0] is < 1 or > LongestEntry || lengths.ContainsAnyExcept(lengths[0]))
        {
            return default;
        }
        int width = (int)lengths[0];
        // A few tell most of what is not an id.
        if (!Find(text[..(FewestEntries * width)], width) || !Find(text, width))
        {
            return default;
        }
        written.ResetWrittenCount();
        WriteAlternatives(width);
        if (numbers.Length < lengths.Length)
        {
            numbers = new long[lengths.Length];
        }
        foreach (var (first, end) in Columns(radix.AsSpan(0, width)))
        {
            WriteNumbers(text, width, first, end, numbers.AsSpan(0, lengths.Length), encoder);
        }
        return written.WrittenSpan;
    }

    /// <summary>1 and 2</summary>
    private bool Find(ReadOnlySpan<byte> text, int width)
    {
        low.AsSpan(0, width).Clear();
        high.AsSpan(0, width).Clear();
        int place = 0;
        foreach (byte value in text)
        {
            if (value < 128)
            {
                low[place] |= UInt128.One << value;
            }
            else
            {
                high[place] |= UInt128.One << (value - 128);
            }
            place = place + 1 == width ? 0 : place + 1;
        }
        for (int first = 0; first < width;)
        {
            var (inLow, inHigh) = (low[first], high[first]);
            int end = first + 1;
            if (Count(inLow, inHigh) > 1)
            {
                for (; end < width && Count(low[end], high[end]) > 1; end++)
                {
                    inLow |= low[end];
                    inHigh |= high[end];
                }
            }
            int count = Count(inLow, inHigh);
            if (count > TextForm.MostAlternatives)
            {
                return false;
            }
            low.AsSpan(first, end - first).Fill(inLow);
            high.AsSpan(first, end - first).Fill(inHigh);
            radix.AsSpan(first, end - first).Fill(count);
            first = end;
        }
        return true;
    }

    private void WriteAlternatives(int width)
    {
        for (int first = 0; first < width;)
        {
            int end = first + 1;
            while (end < width && low[end] == low[first] && high[end] == high[first])
            {
                end++;
            }
            Varint.Write(written, (ulong)(end - first));
            Varint.Write(written, (ulong)radix[first]);
            for (int value = 0; value < 256; value++)
            {
                if (Occurs(first, value))
                {
                    written.Write([(byte)value]);
                }
            }
            first = end;
        }
    }

    /// <summary>3 and 4</summary>
    private void WriteNumbers(ReadOnlySpan<byte> text, int width, int first, int end, Span<long> values, IntegerPage encoder)
    {
        values.Clear();
        int known = -1; // the place whose digits these are
        for (int place = first; place < end; place++)
        {
            if (radix[place] == 1)
            {
                continue;
            }
            if (known < 0 || low[known] != low[place] || high[known] != high[place])
            {
                int digit = 0;
                for (int value = 0; value < 256; value++)
                {
                    digits[value] = (byte)digit;
                    digit += Occurs(place, value) ? 1 : 0;
                }
                known = place;
            }
            int by = radix[place];
            for (int i = 0, at = place; i < values.Length; i++, at += width)
            {
                values[i] = (values[i] * by) + digits[text[at]];
            }
        }
        column.ResetWrittenCount();
        encoder.Encode(values, column);
        Varint.Write(written, (ulong)column.WrittenCount);
        written.Write(column.WrittenSpan);
    }

    private bool Occurs(int place, int value) => ((value < 128 ? low[place] : high[place]) >> (value & 127) & 1) != 0;

    private static int Count(UInt128 low, UInt128 high) => (int)(UInt128.PopCount(low) + UInt128.PopCount(high));
}
