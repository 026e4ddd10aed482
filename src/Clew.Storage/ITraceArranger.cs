using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage;

/// <summary>
/// Knows how the spans of one trace belong together. The store asks it when it brings parts of a trace together; whoever composes the
/// process gives it, so that the store need not know about trees.
/// </summary>
/// <remarks>Belongs to one thread at a time: the store makes one for each of its workers.</remarks>
public interface ITraceArranger
{
    /// <summary>
    /// Makes a closed trace of the spans from a row on to the batch's last: puts them in preorder (parents before children, siblings by start
    /// time), drops identical copies, sets the derived values, and adds the trace to the table of traces.
    /// </summary>
    /// <param name="batch">Where the spans lie; those before the row are not touched.</param>
    /// <param name="start">The first of the trace's spans, which come in any order.</param>
    /// <param name="traceId">The trace.</param>
    /// <param name="flags">What is known of it. <see cref="TraceFlags.Derived"/> ones are found anew, and <see cref="TraceFlags.Open"/> falls.</param>
    void Arrange(TraceBatch batch, int start, TraceId traceId, TraceFlags flags);
}
