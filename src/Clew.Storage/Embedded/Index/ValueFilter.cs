namespace Clew.Storage.Embedded.Index;

/// <summary>Which values of a field a segment may hold. Immutable.</summary>
/// <param name="Values">Strings by <see cref="Core.Encodings.StableHash"/>, integers by <see cref="ValueOperand.HashOf"/>.</param>
/// <param name="HasIntegers">Some value is an integer.</param>
/// <param name="HasOthers">Some value is a floating-point number, a boolean or of unknown type: it is not in the filter.</param>
internal sealed record ValueFilter(HashFilter Values, bool HasIntegers, bool HasOthers)
{
    /// <summary>Says "maybe" to every value.</summary>
    public static ValueFilter Anything { get; } = new(HashFilter.Full, true, true);

    /// <summary>About the memory it takes.</summary>
    public long Bytes => Values.Bytes + 64;
}
