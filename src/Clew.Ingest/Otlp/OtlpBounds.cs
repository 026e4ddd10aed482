using Clew.Core.Measures;
using Clew.Ingest.Intake;
using Clew.Ingest.Otlp.Receiving;

namespace Clew.Ingest.Otlp;

/// <summary>What bounds the OTLP receivers, and how much of it is in use.</summary>
public sealed class OtlpBounds
{
    private readonly RequestGate gate;
    private readonly BufferBudget budget;
    private readonly SpanBatchPool batches;
    private readonly RefusedPeriods refusals;

    internal OtlpBounds(RequestGate gate, BufferBudget budget, SpanBatchPool batches, RefusedPeriods refusals) =>
        (this.gate, this.budget, this.batches, this.refusals) = (gate, budget, batches, refusals);

    /// <summary>How much is in use of what is bounded.</summary>
    public IReadOnlyList<BoundUse> Bounds =>
        [gate.Use, budget.Use, batches.Use, new BoundUse("refused_periods", BoundUnit.Items, refusals.Count, RefusedPeriods.Most)];
}
