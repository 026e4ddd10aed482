namespace Clew.Core.Scan;

/// <summary>Where the figures of a request's measures lie: one number each, and a sketch for each field with quantiles.</summary>
public sealed class MeasurePlan
{
    private readonly int[] sketchOf;
    private readonly List<FieldReference> sketched = [];

    public MeasurePlan(IReadOnlyList<Measure> measures)
    {
        Measures = measures;
        sketchOf = new int[measures.Count];
        for (int i = 0; i < sketchOf.Length; i++)
        {
            var measure = measures[i];
            if (!measure.IsCount && measure.Field is null)
            {
                throw new ArgumentException($"{measure.Function} needs a field.", nameof(measures));
            }
            sketchOf[i] = -1;
            if (measure.Function == AggregateFunction.Quantile)
            {
                int known = sketched.IndexOf(measure.Field!.Value);
                sketchOf[i] = known < 0 ? sketched.Count : known;
                if (known < 0)
                {
                    sketched.Add(measure.Field.Value);
                }
            }
        }
    }

    public IReadOnlyList<Measure> Measures { get; }

    /// <summary>The fields that sketches are kept of.</summary>
    public IReadOnlyList<FieldReference> Sketched => sketched;

    /// <summary>Which sketch a measure reads, or −1.</summary>
    public int SketchOf(int measure) => sketchOf[measure];

    /// <summary>True where the measure is the first to read its sketch: values are added once.</summary>
    public bool FeedsSketch(int measure) => sketchOf[measure] >= 0 && Array.IndexOf(sketchOf, sketchOf[measure]) == measure;

    /// <summary>What a figure is before the first value.</summary>
    public static double Start(AggregateFunction function) => function switch
    {
        AggregateFunction.Min => double.PositiveInfinity,
        AggregateFunction.Max => double.NegativeInfinity,
        _ => 0,
    };
}
