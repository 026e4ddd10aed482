namespace Clew.Storage.Embedded.Searching;

/// <summary>Decides on the encoded values of a column: numbers, or ids of its dictionary.</summary>
internal abstract class ValueTest
{
    public abstract bool Matches(long value);

    /// <summary>False where no value from min to max can match.</summary>
    public virtual bool MayMatch(long min, long max) => true;

    /// <summary>Sets 1 for each row whose value matches; leaves the others.</summary>
    public virtual void Mark(ReadOnlySpan<long> values, Span<byte> hits)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (Matches(values[i]))
            {
                hits[i] = 1;
            }
        }
    }
}
