using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>
/// Reads the one value that a field has on a span when spans are grouped or measured. It defines that value: every source that
/// aggregates in a faster way must agree with it.
/// </summary>
/// <remarks>
/// Where an attribute has several values, the first one counts, looking at the span, its resource, its scope, its events and its links
/// in that order, as far as the field's scope names them. Bound to one batch; valid while its dictionary does not grow. Not thread-safe.
/// </remarks>
public sealed class SpanFieldReader(SpanBatch batch, FieldReference field)
{
    private readonly int key = field.Field == SpanField.Attribute ? batch.Strings.Find(Encoding.UTF8.GetBytes(field.Key)) : -1;

    /// <summary>The value, or <see cref="AttributeValue.Empty"/> where the span has none.</summary>
    public AttributeValue Value(int span)
    {
        if (field.Field != SpanField.Attribute)
        {
            return SpanMatcher.Intrinsic(batch, span, field.Field);
        }
        int row = key < 0 ? -1 : FirstRow(span);
        return row < 0 ? AttributeValue.Empty : batch.Value(row);
    }

    /// <summary>The value as a number; false where it is none.</summary>
    public bool TryNumber(int span, out double number)
    {
        var value = Value(span);
        number = value.Type == AttributeType.Int ? value.Bits : value.Double;
        return value.Type is AttributeType.Int or AttributeType.Double;
    }

    private int FirstRow(int span)
    {
        var spans = batch.Spans;
        int row = -1;
        if (Looks(AttributeScope.Span))
        {
            row = Find(spans.Attributes[span]);
        }
        if (row < 0 && Looks(AttributeScope.Resource))
        {
            row = Find(batch.Resources.Attributes[spans.Resources[span]]);
        }
        if (row < 0 && Looks(AttributeScope.Scope))
        {
            row = Find(batch.Scopes.Attributes[spans.Scopes[span]]);
        }
        if (row < 0 && Looks(AttributeScope.Event))
        {
            row = Find(batch.Events.Attributes, spans.Events[span]);
        }
        if (row < 0 && Looks(AttributeScope.Link))
        {
            row = Find(batch.Links.Attributes, spans.Links[span]);
        }
        return row;
    }

    private bool Looks(AttributeScope scope) => (field.Scope & scope) != 0;

    private int Find(RowRange[] attributes, RowRange owners)
    {
        for (int i = owners.Start; i < owners.End; i++)
        {
            int row = Find(attributes[i]);
            if (row >= 0)
            {
                return row;
            }
        }
        return -1;
    }

    private int Find(RowRange rows)
    {
        for (int i = rows.Start; i < rows.End; i++)
        {
            if (batch.Attributes.Keys[i] == key)
            {
                return i;
            }
        }
        return -1;
    }
}
