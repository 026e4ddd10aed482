namespace Clew.Core.Encodings;

/// <summary>A condition on integers that a page is searched for; see <see cref="IntegerPageSearch"/>.</summary>
public interface IValueTest
{
    /// <summary>True where the value passes.</summary>
    bool Passes(long value);

    /// <summary>False where no value from min to max can pass: they are not looked at then.</summary>
    bool MayPass(long min, long max);

    /// <summary>The values that pass, where they are all those from a first to a last one; then blocks are compared as they are packed.</summary>
    (long First, long Last)? Range => null;

    /// <summary>Bit <em>i</em> is set where value <em>i</em> passes; at most 64 values.</summary>
    ulong Pass(ReadOnlySpan<long> values);
}
