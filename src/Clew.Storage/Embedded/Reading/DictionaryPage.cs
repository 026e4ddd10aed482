using System.IO.Compression;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Reading;

/// <summary>A page of a dictionary, unpacked. Immutable.</summary>
internal sealed class DictionaryPage
{
    private readonly byte[] bytes;
    private readonly int[] ends;

    private DictionaryPage(byte[] bytes, int[] ends)
    {
        this.bytes = bytes;
        this.ends = ends;
    }

    public int Count => ends.Length;

    public int Size => bytes.Length + (4 * ends.Length);

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            int start = index == 0 ? 0 : ends[index - 1];
            return bytes.AsSpan(start, ends[index] - start);
        }
    }

    /// <exception cref="InvalidDataException">The bytes are not such a page.</exception>
    public static DictionaryPage Read(ReadOnlySpan<byte> page, int entries)
    {
        var lengths = new long[entries];
        IntegerPage.Decode(ref page, lengths);
        var ends = new int[entries];
        int total = 0;
        for (int i = 0; i < entries; i++)
        {
            total = checked(total + (int)lengths[i]);
            ends[i] = total;
        }
        byte[] bytes = new byte[total];
        bool complete = page[0] switch
        {
            0 => page[1..].TryCopyTo(bytes) && page.Length - 1 == total,
            1 => BrotliDecoder.TryDecompress(page[1..], bytes, out int length) && length == total,
            _ => false,
        };
        return complete ? new DictionaryPage(bytes, ends) : throw new InvalidDataException("The strings of a dictionary cannot be unpacked.");
    }
}
