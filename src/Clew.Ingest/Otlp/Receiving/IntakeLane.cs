using Clew.Core.Model;
using Clew.Ingest.Intake;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>Whose payload it is, and what follows: where it is counted, and what caps it.</summary>
/// <param name="Tenant">Whose spans they are.</param>
/// <param name="Statistics">Where the request is counted.</param>
/// <param name="Limit">What it is let in by; null: nothing caps it.</param>
/// <param name="Refusals">Where a refusal is noted; null: nowhere.</param>
internal sealed record IntakeLane(Tenant Tenant, OtlpStatistics Statistics, IntakeLimit? Limit, RefusedPeriods? Refusals)
{
    /// <summary>False, and counted, where the payload is over the cap before anything was done for it.</summary>
    public bool MayPass(OtlpSignal signal, out TimeSpan retryAfter)
    {
        retryAfter = default;
        return signal != OtlpSignal.Traces || Limit is null || Limit.MayPass(out retryAfter);
    }

    /// <summary>Counts a request that is told to try again.</summary>
    public void CountRefused()
    {
        Statistics.CountRefused();
        Refusals?.Note();
    }
}
