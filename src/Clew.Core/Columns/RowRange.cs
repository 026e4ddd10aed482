namespace Clew.Core.Columns;

/// <summary>Consecutive rows of a table.</summary>
public readonly record struct RowRange(int Start, int Count)
{
    /// <summary>The row after the last.</summary>
    public int End => Start + Count;
}
