namespace Clew.Core.Model;

/// <summary>
/// What a sender says of its own sampling in a W3C trace state: <c>ot=th:…;rv:…</c>. What is malformed is as if it were not there.
/// </summary>
/// <param name="Threshold">What it has sampled with; <see cref="SamplingThreshold.Always"/> where it says nothing.</param>
/// <param name="Randomness">The trace's randomness, 56 bits; null where it is the trace id's.</param>
public readonly record struct SamplingState(SamplingThreshold Threshold, ulong? Randomness)
{
    private static ReadOnlySpan<byte> Vendor => "ot="u8;

    /// <summary>The randomness of a trace that states none: the low 56 bits of its id.</summary>
    public static ulong RandomnessOf(TraceId traceId) => traceId.Low & (SamplingThreshold.Range - 1);

    /// <summary>Reads a trace state.</summary>
    public static SamplingState Parse(ReadOnlySpan<byte> traceState)
    {
        while (!traceState.IsEmpty)
        {
            var member = Next(ref traceState, (byte)',').Trim(" \t"u8);
            if (member.StartsWith(Vendor))
            {
                return ParseMember(member[Vendor.Length..]);
            }
        }
        return default;
    }

    private static SamplingState ParseMember(ReadOnlySpan<byte> member)
    {
        var threshold = SamplingThreshold.Always;
        ulong? randomness = null;
        while (!member.IsEmpty)
        {
            var field = Next(ref member, (byte)';');
            if (field.StartsWith("th:"u8) && SamplingThreshold.TryParse(field[3..], out var sent))
            {
                threshold = sent;
            }
            else if (field.StartsWith("rv:"u8) && field.Length == 17 && SamplingThreshold.TryParseHex(field[3..], out ulong value))
            {
                randomness = value;
            }
        }
        return new SamplingState(threshold, randomness);
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> list, byte separator)
    {
        int end = list.IndexOf(separator);
        var item = end < 0 ? list : list[..end];
        list = end < 0 ? default : list[(end + 1)..];
        return item;
    }
}
