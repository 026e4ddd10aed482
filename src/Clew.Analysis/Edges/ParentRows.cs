using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Analysis.Edges;

/// <summary>
/// Finds parents again in spans that lie in preorder: a span's parent is the nearest span above it that the ids fit. The same forest as
/// the span tree's, without sorting; only of a cycle of spans that also share an id a child may land at the other of the two.
/// </summary>
/// <remarks>Grows to the deepest trace. Belongs to one thread at a time.</remarks>
internal sealed class ParentRows
{
    private int[] open = []; // the spans from the top level down to the last one seen
    private int depth;

    /// <summary>Starts a trace.</summary>
    public void Begin() => depth = 0;

    /// <summary>The row of the next span's parent, −1 at the top level. Rows come in preorder.</summary>
    public int ParentOf(SpanTable s, int row)
    {
        var id = s.SpanIds[row];
        var parentId = s.ParentSpanIds[row];
        bool receives = s.Kinds[row] is SpanKind.Server or SpanKind.Consumer;
        while (depth > 0)
        {
            int above = open[depth - 1];
            // A call's two spans may share one id.
            if ((receives && s.SpanIds[above] == id && s.Kinds[above] is SpanKind.Client or SpanKind.Producer)
                || (s.SpanIds[above] == parentId && !parentId.IsEmpty))
            {
                break;
            }
            depth--;
        }
        int parent = depth == 0 ? -1 : open[depth - 1];
        if (depth == open.Length)
        {
            Array.Resize(ref open, Math.Max(64, depth * 2));
        }
        open[depth++] = row;
        return parent;
    }
}
