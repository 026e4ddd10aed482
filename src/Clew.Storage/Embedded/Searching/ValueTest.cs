using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Searching;

/// <summary>Decides on the encoded values of a column: numbers, or ids of its dictionary.</summary>
internal abstract class ValueTest : IValueTest
{
    /// <summary>How dear a value is, beside 1 for a comparison of integers.</summary>
    public virtual int Cost => 3;

    /// <inheritdoc/>
    public virtual (long First, long Last)? Range => null;

    public abstract bool Passes(long value);

    /// <inheritdoc/>
    public virtual bool MayPass(long min, long max) => true;

    /// <inheritdoc/>
    public virtual ulong Pass(ReadOnlySpan<long> values)
    {
        ulong passed = 0;
        for (int i = 0; i < values.Length; i++)
        {
            passed |= Passes(values[i]) ? 1UL << i : 0;
        }
        return passed;
    }
}
