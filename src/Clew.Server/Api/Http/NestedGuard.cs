using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Server.Api.Http;

/// <summary>Guards writers against arrays and maps that are not in canonical form: damage in one value must not cost the trace.</summary>
internal static class NestedGuard
{
    /// <summary>The kind as which a value can be written: its own, or bytes where an array or map cannot be walked.</summary>
    public static AttributeType Readable(AttributeType type, ReadOnlySpan<byte> bytes)
    {
        if (type is not (AttributeType.Array or AttributeType.Map))
        {
            return type;
        }
        try
        {
            Walk(bytes, type == AttributeType.Map);
            return type;
        }
        catch (InvalidDataException)
        {
            return AttributeType.Bytes;
        }
    }

    private static void Walk(ReadOnlySpan<byte> bytes, bool isMap)
    {
        foreach (var element in new NestedValues(bytes, isMap))
        {
            if (element.Type is AttributeType.Array or AttributeType.Map)
            {
                Walk(element.Bytes, element.Type == AttributeType.Map);
            }
        }
    }
}
