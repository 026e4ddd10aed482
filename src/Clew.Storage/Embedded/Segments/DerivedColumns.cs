using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The optional columns of what closing derived for each span, written relative to what is known anyway.</summary>
internal sealed class DerivedColumns(TraceBatch batch, ColumnSet set)
{
    /// <summary>Values of <see cref="ColumnRole.CriticalClass"/>.</summary>
    public const int None = 0;
    public const int SelfTime = 1;
    public const int Raw = 2;

    private readonly ColumnWriter covered = set.Integers(ColumnRole.CoveredTime, OwnerKind.Span);
    private readonly ColumnWriter criticalClass = set.Integers(ColumnRole.CriticalClass, OwnerKind.Span);
    private readonly ColumnWriter criticalRaw = set.Integers(ColumnRole.CriticalRaw, OwnerKind.Span);

    /// <summary>Writes these spans.</summary>
    /// <param name="runs">Runs of rows.</param>
    /// <param name="count">Rows of all runs.</param>
    public void Write(ReadOnlySpan<RowRange> runs, int count)
    {
        var spans = batch.Spans.Spans;
        var coveredTimes = covered.Reserve(count);
        var classes = criticalClass.Reserve(count);
        int at = 0;
        foreach (var run in runs)
        {
            for (int row = run.Start; row < run.End; row++, at++)
            {
                ulong self = batch.SelfTimes[row];
                ulong critical = batch.CriticalTimes[row];
                coveredTimes[at] = (long)(spans.Duration(row) - self);
                classes[at] = critical == 0 ? None : critical == self ? SelfTime : Raw;
                if (classes[at] == Raw)
                {
                    criticalRaw.Add((long)critical);
                }
            }
        }
        covered.EndPageNow();
        criticalClass.EndPageNow();
    }
}
