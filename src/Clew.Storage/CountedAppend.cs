using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Storage;

/// <summary>Appends spans and what they count together: both or neither, as every later process sees it.</summary>
/// <remarks>
/// <list type="number">
/// <item>What will be counted is written down, with the append's number; then what a companion brings.</item>
/// <item>The spans are stored; the number becomes durable with them.</item>
/// <item>Stored: counted. Certainly not stored: taken back. Not known: left for the next opening to decide.</item>
/// </list>
/// One at a time.
/// </remarks>
public static class CountedAppend
{
    /// <exception cref="StoreUnavailableException">Nothing was stored and nothing counted.</exception>
    public static async ValueTask AppendAsync(
        ISpanStore spans, ISeriesStore series, Tenant tenant, TraceBatch traces, SeriesDelta delta, CancellationToken cancellationToken,
        IAppendCompanion? companion = null)
    {
        // 1
        var append = await series.BeginAsync(tenant, delta, cancellationToken);
        try
        {
            companion?.Begin(append);
            // 2
            await spans.AppendAsync(tenant, traces, append, cancellationToken);
        }
        catch (Exception failure)
        {
            // 3
            if (spans.LastAppend == append)
            {
                series.Commit(append); // stored, whatever failed after that
                companion?.Commit(append);
            }
            else if (failure is StoreUnavailableException { IsUndecided: false } or OperationCanceledException)
            {
                series.Abandon(append);
                companion?.Abandon(append);
            }
            throw;
        }
        series.Commit(append);
        companion?.Commit(append);
    }
}
