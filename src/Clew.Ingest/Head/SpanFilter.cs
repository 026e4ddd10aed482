using System.Runtime.CompilerServices;

namespace Clew.Ingest.Head;

/// <summary>
/// Tells of most span ids that a part does not hold them: a Bloom filter of four words. An id sets three bits of one word, so that asking
/// touches one.
/// </summary>
/// <remarks>
/// Of the ids that are not there it lets through about one in two hundred where the part holds a dozen spans, one in twenty where it holds 32, the
/// most that are walked.
/// </remarks>
[InlineArray(Words)]
internal struct SpanFilter
{
    private const int Words = 4;

    private ulong first;

    /// <summary>Notes an id.</summary>
    public void Add(ulong spanId)
    {
        ulong hash = Hash(spanId);
        this[(int)(hash >> 62)] |= Bits(hash);
    }

    /// <summary>False where the id was never added.</summary>
    public readonly bool MayHold(ulong spanId)
    {
        ulong hash = Hash(spanId);
        ulong bits = Bits(hash);
        return (this[(int)(hash >> 62)] & bits) == bits;
    }

    private static ulong Hash(ulong spanId) => spanId * 0x9E3779B97F4A7C15UL;

    private static ulong Bits(ulong hash) =>
        (1UL << (int)((hash >> 56) & 63)) | (1UL << (int)((hash >> 50) & 63)) | (1UL << (int)((hash >> 44) & 63));
}
