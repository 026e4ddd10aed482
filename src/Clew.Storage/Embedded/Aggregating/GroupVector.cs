using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>Gives each span of a group a small number that stands for its value of one field.</summary>
internal abstract class GroupVector
{
    /// <summary>How many numbers there are, or 0 where that shows only as spans are read.</summary>
    public virtual int Cardinality => 0;

    public abstract void Fill(RowGroup group, Span<int> ids);

    /// <summary>The result's numbers of the values that these numbers stand for. Ascending numbers are read fastest.</summary>
    public abstract void Intern(ReadOnlySpan<int> ids, AggregateResult into, Span<int> values);
}
