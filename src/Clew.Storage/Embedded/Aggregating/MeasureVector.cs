using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>The numbers that a measure folds: NaN-safe, with a mark where a span has none.</summary>
internal sealed class MeasureVector(SegmentReader reader, Measure measure)
{
    private readonly AttributeVector? attribute =
        measure.Field is { Field: SpanField.Attribute } field ? new AttributeVector(reader, field) : null;

    private int[] ids = [];

    public AggregateFunction Function => measure.Function;

    /// <summary>Fills the numbers; returns false where no span has one.</summary>
    public bool Fill(RowGroup group, Span<double> numbers, Span<bool> present)
    {
        if (attribute is null)
        {
            if (measure.Field?.Field is not (SpanField.Kind or SpanField.StatusCode or SpanField.StartTime or SpanField.EndTime or SpanField.Duration))
            {
                return false;
            }
            var values = group.Numbers(measure.Field.Value.Field);
            for (int i = 0; i < values.Length; i++)
            {
                numbers[i] = values[i];
            }
            present.Fill(true);
            return true;
        }
        if (ids.Length < numbers.Length)
        {
            ids = new int[numbers.Length];
        }
        attribute.Fill(group, ids.AsSpan(0, numbers.Length));
        for (int i = 0; i < numbers.Length; i++)
        {
            double? number = attribute.Number(ids[i]);
            present[i] = number is not null;
            numbers[i] = number ?? 0;
        }
        return true;
    }
}
