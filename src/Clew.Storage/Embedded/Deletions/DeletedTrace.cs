using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Deletions;

/// <summary>A deleted trace of a segment.</summary>
/// <param name="TraceId">The trace.</param>
/// <param name="Row">Its row in the segment's table of traces.</param>
/// <param name="Spans">Its rows in the segment.</param>
internal readonly record struct DeletedTrace(TraceId TraceId, int Row, RowRange Spans);
