namespace Clew.Core.Scan;

/// <summary>A condition on one span. A closed set: every source decides for each kind whether it executes it.</summary>
public abstract record SpanPredicate
{
    private protected SpanPredicate()
    {
    }
}
