using Clew.Core.Encodings;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>Reads entries of one length that were packed as numbers. Immutable. Keep in sync with <see cref="PlacedText"/>.</summary>
internal sealed class PlacedTextReader
{
    private readonly byte[] page;
    private readonly int count;
    private readonly int width; // bytes of each entry
    private readonly (int Start, int Count)[] alternatives; // by place: the bytes it may have, in the page
    private readonly (int FirstPlace, int EndPlace, int Start, int Length)[] numbers;

    /// <exception cref="InvalidDataException">The bytes are not such a page.</exception>
    public PlacedTextReader(byte[] page, int start, int end, int count, int total)
    {
        this.page = page;
        this.count = count;
        width = count == 0 ? 0 : total / count;
        if (width == 0 || width * count != total)
        {
            throw Unusable();
        }
        ReadOnlySpan<byte> from = page.AsSpan(start, end - start);
        alternatives = new (int, int)[width];
        for (int place = 0; place < width;)
        {
            int places = Varint.ReadInt(ref from, width - place);
            int number = Varint.ReadInt(ref from, Math.Min(from.Length, TextForm.MostAlternatives));
            if (places == 0 || number == 0)
            {
                throw Unusable();
            }
            alternatives.AsSpan(place, places).Fill((end - from.Length, number));
            from = from[number..];
            place += places;
        }
        var columns = new List<(int, int, int, int)>();
        foreach (var (first, last) in PlacedText.Columns(Array.ConvertAll(alternatives, static place => place.Count)))
        {
            int length = Varint.ReadInt(ref from, from.Length);
            columns.Add((first, last, end - from.Length, length));
            from = from[length..];
        }
        numbers = [.. columns];
        if (!from.IsEmpty)
        {
            throw Unusable();
        }
    }

    /// <summary>Writes some consecutive entries to where they belong in the text of all.</summary>
    public void Read(int first, int entries, Span<byte> text)
    {
        Span<long> values = stackalloc long[TextForm.PlacedEntries];
        values = values[..entries];
        var to = text.Slice(first * width, entries * width);
        for (int place = 0; place < width; place++)
        {
            if (alternatives[place].Count == 1)
            {
                byte only = page[alternatives[place].Start];
                for (int at = place; at < to.Length; at += width)
                {
                    to[at] = only;
                }
            }
        }
        foreach (var (firstPlace, endPlace, start, length) in numbers)
        {
            IntegerPage.DecodeRange(page.AsSpan(start, length), count, first, values);
            for (int place = endPlace - 1; place >= firstPlace; place--)
            {
                var (bytes, choices) = alternatives[place];
                if (choices > 1)
                {
                    Spread(values, page.AsSpan(bytes, choices), to[place..]);
                }
            }
        }
    }

    /// <summary>Takes the last place off each number.</summary>
    private void Spread(Span<long> values, ReadOnlySpan<byte> choices, Span<byte> to)
    {
        ulong radix = (ulong)choices.Length;
        for (int i = 0; i < values.Length; i++)
        {
            var (rest, choice) = radix == 16 ? ((ulong)values[i] >> 4, (ulong)values[i] & 15) : Math.DivRem((ulong)values[i], radix);
            values[i] = (long)rest;
            to[i * width] = choices[(int)choice];
        }
    }

    private static InvalidDataException Unusable() => new("The strings of a dictionary cannot be unpacked.");
}
