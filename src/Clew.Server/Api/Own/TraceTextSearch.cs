using System.Globalization;
using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>Finds spans of a trace that contain a text, ignoring case. Each distinct string is looked at once.</summary>
internal sealed class TraceTextSearch(SpanBatch batch, string text)
{
    private readonly sbyte[] known = new sbyte[batch.Strings.Count]; // 0: not looked at, 1: contains it, -1: does not
    private readonly Dictionary<int, bool> nested = [];
    private readonly Dictionary<int, bool> resources = [];
    private readonly Dictionary<int, bool> scopes = [];

    public bool Matches(int row)
    {
        var spans = batch.Spans;
        return Contains(spans.Names[row])
            || Contains(spans.StatusMessages[row])
            || Attributes(spans.Attributes[row])
            || Events(spans.Events[row])
            || Links(spans.Links[row])
            || Resource(spans.Resources[row])
            || Scope(spans.Scopes[row]);
    }

    private bool Events(RowRange rows)
    {
        for (int i = rows.Start; i < rows.End; i++)
        {
            if (Contains(batch.Events.Names[i]) || Attributes(batch.Events.Attributes[i]))
            {
                return true;
            }
        }
        return false;
    }

    private bool Links(RowRange rows)
    {
        for (int i = rows.Start; i < rows.End; i++)
        {
            if (Attributes(batch.Links.Attributes[i]))
            {
                return true;
            }
        }
        return false;
    }

    private bool Resource(int row)
    {
        if (!resources.TryGetValue(row, out bool found))
        {
            found = Attributes(batch.Resources.Attributes[row]);
            resources.Add(row, found);
        }
        return found;
    }

    private bool Scope(int row)
    {
        if (!scopes.TryGetValue(row, out bool found))
        {
            found = Contains(batch.Scopes.Names[row]) || Contains(batch.Scopes.Versions[row]) || Attributes(batch.Scopes.Attributes[row]);
            scopes.Add(row, found);
        }
        return found;
    }

    private bool Attributes(RowRange rows)
    {
        for (int i = rows.Start; i < rows.End; i++)
        {
            if (Contains(batch.Attributes.Keys[i]) || Value(batch.Attributes.Types[i], batch.Attributes.Values[i]))
            {
                return true;
            }
        }
        return false;
    }

    private bool Value(AttributeType type, long value)
    {
        switch (type)
        {
            case AttributeType.String:
                return Contains((int)value);
            case AttributeType.Bytes or AttributeType.Array or AttributeType.Map:
                // One string id can be the bytes of values of several kinds.
                int key = ((int)value * 8) + (int)type;
                if (!nested.TryGetValue(key, out bool found))
                {
                    var bytes = batch.Strings[(int)value];
                    found = Element(NestedGuard.Readable(type, bytes), 0, bytes);
                    nested.Add(key, found);
                }
                return found;
            default:
                return Element(type, value, default);
        }
    }

    private bool Element(AttributeType type, long bits, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case AttributeType.Empty:
                return false;
            case AttributeType.String:
                return In(Encoding.UTF8.GetString(bytes));
            case AttributeType.Bool:
                return In(bits != 0 ? "true" : "false");
            case AttributeType.Int:
                return In(bits.ToString(CultureInfo.InvariantCulture));
            case AttributeType.Double:
                return In(BitConverter.Int64BitsToDouble(bits).ToString("R", CultureInfo.InvariantCulture));
            case AttributeType.Bytes:
                return In(Convert.ToBase64String(bytes));
            default:
                foreach (var element in new NestedValues(bytes, type == AttributeType.Map))
                {
                    if (In(Encoding.UTF8.GetString(element.Key)) || Element(element.Type, element.Bits, element.Bytes))
                    {
                        return true;
                    }
                }
                return false;
        }
    }

    private bool Contains(int stringId)
    {
        if (known[stringId] == 0)
        {
            known[stringId] = In(batch.Text(stringId)) ? (sbyte)1 : (sbyte)-1;
        }
        return known[stringId] > 0;
    }

    private bool In(string value) => value.Contains(text, StringComparison.OrdinalIgnoreCase);
}
