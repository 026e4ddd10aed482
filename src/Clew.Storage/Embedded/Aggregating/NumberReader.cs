using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>The numbers that measures of one field fold, for one row group at a time.</summary>
internal sealed class NumberReader(SegmentReader reader, FieldReference of)
{
    private readonly AttributeVector? attribute = of.Field == SpanField.Attribute ? new AttributeVector(reader, of) : null;
    private readonly double[] numbers = new double[reader.Directory.GroupRows];
    private readonly bool[] present = new bool[reader.Directory.GroupRows];
    private readonly int[] ids = new int[reader.Directory.GroupRows];

    public FieldReference Field => of;

    /// <summary>False where no span of the group has a number.</summary>
    public bool HasAny { get; private set; }

    /// <summary>True where every span of the group has one.</summary>
    public bool HasAll { get; private set; }

    public double[] Numbers => numbers;

    /// <summary>Which spans have one.</summary>
    public bool[] Present => present;

    public void Read(RowGroup group)
    {
        if (attribute is null)
        {
            HasAny = HasAll = of.Field is SpanField.Kind or SpanField.StatusCode or SpanField.StartTime or SpanField.EndTime or SpanField.Duration
                or SpanField.SamplingThreshold;
            if (HasAny)
            {
                var values = group.Numbers(of.Field);
                for (int i = 0; i < values.Length; i++)
                {
                    numbers[i] = values[i];
                }
            }
            return;
        }
        var rows = ids.AsSpan(0, group.Rows);
        attribute.Fill(group, rows);
        HasAny = false;
        for (int i = 0; i < rows.Length; i++)
        {
            double? number = attribute.Number(rows[i]);
            present[i] = number is not null;
            HasAny |= present[i];
            numbers[i] = number ?? 0;
        }
    }
}
