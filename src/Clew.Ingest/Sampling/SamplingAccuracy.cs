namespace Clew.Ingest.Sampling;

/// <summary>What kept spans of a service stand for, beside what there truly was: over the last ten to twenty minutes.</summary>
/// <param name="Service">Its name; empty where spans have none.</param>
/// <param name="TrueSpans">Spans that came, each with the weight its sender gave it.</param>
/// <param name="AdjustedSpans">Sum of the adjusted counts of the spans that were kept.</param>
/// <param name="KeptSpans">Spans that were kept.</param>
public readonly record struct SamplingAccuracy(string Service, double TrueSpans, double AdjustedSpans, long KeptSpans)
{
    /// <summary>1 where both agree; lower by what they differ, relative to the truth; not below 0.</summary>
    public double Accuracy => TrueSpans == 0 ? 1 : Math.Max(0, 1 - (Math.Abs(AdjustedSpans - TrueSpans) / TrueSpans));
}
