using System.Buffers.Binary;
using System.Numerics;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Storage.Embedded.Index;

/// <summary>The value of an equality, hashed as values of segments are. Immutable.</summary>
internal sealed class ValueOperand
{
    private readonly ulong? text;
    private readonly ulong? integer;
    private readonly bool matchesOtherIntegers;
    private readonly bool matchesOthers;

    private ValueOperand(ulong? text, ulong? integer, bool matchesOtherIntegers, bool matchesOthers)
    {
        this.text = text;
        this.integer = integer;
        this.matchesOtherIntegers = matchesOtherIntegers;
        this.matchesOthers = matchesOthers;
    }

    /// <summary>The operand, or null where the comparison is none that equal hashes could decide.</summary>
    public static ValueOperand? Of(Comparison comparison)
    {
        var value = comparison.Value;
        switch (comparison.Operator)
        {
            case ComparisonOperator.Equal when value.Type == AttributeType.String:
                return new ValueOperand(StableHash.Of(value.Bytes), null, false, false);
            case ComparisonOperator.Equal when value.Type == AttributeType.Int:
                return new ValueOperand(null, HashOf(value.Bits), false, matchesOthers: true);
            case ComparisonOperator.EqualText:
                var parsed = TextOperand.Parse(value);
                return new ValueOperand(
                    StableHash.Of(parsed.Text),
                    parsed.Integer is { } integer ? HashOf(integer) : null,
                    matchesOtherIntegers: parsed.Integer is null && parsed.Number is not null,
                    matchesOthers: parsed.Number is not null || parsed.Boolean is not null);
            default:
                return null;
        }
    }

    /// <summary>The hash of an integer, unlike that of its text.</summary>
    public static ulong HashOf(long integer)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = (byte)AttributeType.Int;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], integer);
        return StableHash.Of(bytes);
    }

    /// <summary>The hash of two values of one span.</summary>
    public static ulong Pair(ulong partner, ulong value)
    {
        ulong mixed = (BitOperations.RotateLeft(partner, 32) ^ value) * 0x9E37_79B9_7F4A_7C15;
        return mixed ^ (mixed >> 29);
    }

    /// <summary>The same value beside a name or service.</summary>
    /// <param name="partner">Its hash.</param>
    /// <param name="duration">At least of that <see cref="DurationClass"/>.</param>
    public ValueOperand With(ulong partner, int duration) => new(
        text is { } asText ? DurationClass.With(Pair(partner, asText), duration) : null,
        integer is { } asInteger ? DurationClass.With(Pair(partner, asInteger), duration) : null,
        matchesOtherIntegers,
        matchesOthers);

    /// <summary>False where no value behind the filter can equal this one.</summary>
    public bool MayBeIn(ValueFilter filter) =>
        (matchesOthers && filter.HasOthers)
        || (matchesOtherIntegers && filter.HasIntegers)
        || (text is { } asText && filter.Values.MayContain(asText))
        || (integer is { } asInteger && filter.HasIntegers && filter.Values.MayContain(asInteger));
}
