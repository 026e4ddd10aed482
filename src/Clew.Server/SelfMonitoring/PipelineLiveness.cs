using Clew.Ingest.Pipeline;
using Clew.Server.Api.Health;

namespace Clew.Server.SelfMonitoring;

/// <summary>The server is stuck when its assembler is: traces then neither close nor reach the store.</summary>
internal sealed class PipelineLiveness(SpanPipeline pipeline) : ILiveness
{
    /// <summary>Longer than any turn takes, that of the largest batch on a slow disk included.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public string? Stuck => pipeline.InTurnFor is { } since && since > Patience
        ? FormattableString.Invariant($"The assembler has been in one turn for {since.TotalSeconds:0} s: traces do not close.")
        : null;
}
