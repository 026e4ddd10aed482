namespace Clew.Ingest.Sampling.Rules;

/// <summary>
/// A policy at work: one per node of the tree and tenant. What it remembers of a batch counts only once that batch is stored
/// (<see cref="Commit"/>): a refused batch comes again and is judged as if for the first time.
/// </summary>
/// <remarks>Belongs to the assembler's turn.</remarks>
internal interface ISamplingRule
{
    /// <summary>Gives each trace its threshold.</summary>
    /// <param name="traces">The traces to be decided.</param>
    /// <param name="thresholds">By trace; all are set.</param>
    void Evaluate(TraceView traces, Span<ulong> thresholds);

    /// <summary>The traces evaluated last were stored or dropped for good.</summary>
    void Commit()
    {
    }
}
