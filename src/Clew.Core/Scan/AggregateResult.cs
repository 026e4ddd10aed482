namespace Clew.Core.Scan;

/// <summary>
/// Groups and their figures. Sources add partial figures; the same group from two sources is merged.
/// </summary>
/// <remarks>Bounded by <paramref name="maxGroups"/>: groups past it are not opened, and <see cref="GroupsLeftOut"/> says so.</remarks>
public sealed class AggregateResult(SpanAggregation request, int maxGroups)
{
    private readonly Dictionary<GroupKey, double[]> groups = [];

    public SpanAggregation Request => request;

    /// <summary>One array per group with one figure per measure, in the order of the request.</summary>
    public IReadOnlyDictionary<GroupKey, double[]> Groups => groups;

    /// <summary>True where the bound on groups was reached: the figures of some groups are missing.</summary>
    public bool GroupsLeftOut { get; private set; }

    /// <summary>Spans looked at.</summary>
    public long SpansScanned { get; set; }

    /// <summary>
    /// The figures of a group to fold values into, or null where the bound does not allow another group. New groups start with
    /// 0 for count and sum, +∞ for min, −∞ for max.
    /// </summary>
    public double[]? Open(GroupKey key)
    {
        if (groups.TryGetValue(key, out double[]? figures))
        {
            return figures;
        }
        if (groups.Count >= maxGroups)
        {
            GroupsLeftOut = true;
            return null;
        }
        figures = new double[request.Measures.Count];
        for (int i = 0; i < figures.Length; i++)
        {
            figures[i] = request.Measures[i].Function switch
            {
                AggregateFunction.Min => double.PositiveInfinity,
                AggregateFunction.Max => double.NegativeInfinity,
                _ => 0,
            };
        }
        groups.Add(key, figures);
        return figures;
    }

    /// <summary>Folds one value into a figure; for a count the value is how many spans.</summary>
    public static double Fold(AggregateFunction function, double figure, double value) => function switch
    {
        AggregateFunction.Min => Math.Min(figure, value),
        AggregateFunction.Max => Math.Max(figure, value),
        _ => figure + value,
    };
}
