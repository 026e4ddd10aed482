using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>The figures of one group of a result: one per measure, in the order of the request. Valid as long as the result is.</summary>
public readonly struct GroupFigures
{
    private readonly AggregateResult result;
    private readonly int group;

    internal GroupFigures(AggregateResult result, int group)
    {
        this.result = result;
        this.group = group;
    }

    public int Count => result.Plan.Measures.Count;

    /// <summary>A figure. NaN for a quantile of no values.</summary>
    public double this[int measure] => result.Figure(group, measure);

    /// <summary>Folds one value into a figure; for counts the value is how many spans.</summary>
    public void Fold(int measure, double value) => result.Fold(group, measure, value);

    /// <summary>Folds one span into all figures: it defines what each measure makes of a span.</summary>
    /// <param name="batch">Where the span lies.</param>
    /// <param name="span">Its row.</param>
    /// <param name="fields">The measures' fields on that batch, null for counts.</param>
    public void FoldSpan(SpanBatch batch, int span, IReadOnlyList<SpanFieldReader?> fields)
    {
        for (int i = 0; i < Count; i++)
        {
            var function = result.Plan.Measures[i].Function;
            if (function == AggregateFunction.Count || (function == AggregateFunction.Errors && batch.Spans.StatusCodes[span] == StatusCode.Error))
            {
                Fold(i, 1);
            }
            else if (fields[i] is { } field && field.TryNumber(span, out double number))
            {
                Fold(i, AggregateResult.ValueOf(function, number));
            }
        }
    }

    /// <summary>All figures.</summary>
    public double[] ToArray()
    {
        var figures = new double[Count];
        for (int i = 0; i < figures.Length; i++)
        {
            figures[i] = this[i];
        }
        return figures;
    }
}
