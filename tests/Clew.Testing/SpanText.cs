using System.Globalization;
using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Testing;

/// <summary>Writes a span with everything that belongs to it as one line of text, so that tests compare whole spans and print what differs.</summary>
public static class SpanText
{
    /// <summary>All spans, in ordinal order of their lines.</summary>
    public static List<string> Sorted(SpanBatch batch)
    {
        var lines = Enumerable.Range(0, batch.Count).Select(i => Line(batch, i)).ToList();
        lines.Sort(string.CompareOrdinal);
        return lines;
    }

    public static string Line(SpanBatch b, int i)
    {
        var s = b.Spans;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{s.TraceIds[i]}/{s.SpanIds[i]}<{s.ParentSpanIds[i]} '{b.Text(s.Names[i])}' {s.Kinds[i]} ");
        text.Append(CultureInfo.InvariantCulture, $"[{s.StartTimes[i]}..{s.EndTimes[i]}] {s.StatusCodes[i]} '{b.Text(s.StatusMessages[i])}' ");
        text.Append(CultureInfo.InvariantCulture, $"state='{b.Text(s.TraceStates[i])}' flags={s.Flags[i]} ");
        text.Append(CultureInfo.InvariantCulture, $"dropped={s.DroppedAttributesCounts[i]},{s.DroppedEventsCounts[i]},{s.DroppedLinksCounts[i]} ");
        Append(text, b, s.Attributes[i]);
        for (int e = s.Events[i].Start; e < s.Events[i].End; e++)
        {
            text.Append(CultureInfo.InvariantCulture, $" event({b.Events.Times[e]} '{b.Text(b.Events.Names[e])}' dropped={b.Events.DroppedAttributesCounts[e]} ");
            Append(text, b, b.Events.Attributes[e]);
            text.Append(')');
        }
        for (int l = s.Links[i].Start; l < s.Links[i].End; l++)
        {
            text.Append(CultureInfo.InvariantCulture, $" link({b.Links.TraceIds[l]}/{b.Links.SpanIds[l]} '{b.Text(b.Links.TraceStates[l])}' ");
            text.Append(CultureInfo.InvariantCulture, $"flags={b.Links.Flags[l]} dropped={b.Links.DroppedAttributesCounts[l]} ");
            Append(text, b, b.Links.Attributes[l]);
            text.Append(')');
        }
        int r = s.Resources[i];
        text.Append(CultureInfo.InvariantCulture, $" resource('{b.Text(b.Resources.SchemaUrls[r])}' dropped={b.Resources.DroppedAttributesCounts[r]} ");
        Append(text, b, b.Resources.Attributes[r]);
        int c = s.Scopes[i];
        text.Append(CultureInfo.InvariantCulture, $") scope('{b.Text(b.Scopes.Names[c])}' '{b.Text(b.Scopes.Versions[c])}' ");
        text.Append(CultureInfo.InvariantCulture, $"'{b.Text(b.Scopes.SchemaUrls[c])}' dropped={b.Scopes.DroppedAttributesCounts[c]} ");
        Append(text, b, b.Scopes.Attributes[c]);
        return text.Append(')').ToString();
    }

    private static void Append(StringBuilder text, SpanBatch b, RowRange rows)
    {
        text.Append('{');
        for (int i = rows.Start; i < rows.End; i++)
        {
            var value = b.Value(i);
            text.Append(CultureInfo.InvariantCulture, $"{b.Text(b.Attributes.Keys[i])}:{value.Type}=");
            text.Append(AttributeTable.IsStringId(value.Type) ? Printable(value.Bytes) : value.ToString()).Append(';');
        }
        text.Append('}');
    }

    private static string Printable(ReadOnlySpan<byte> bytes) =>
        bytes.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E) ? "0x" + Convert.ToHexString(bytes) : Encoding.ASCII.GetString(bytes);
}
