using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Clew.EndToEnd.Model;

/// <summary>
/// A document as lines <c>path = value</c>, one for every field that is present as proto3 has it: two documents say the same exactly where
/// their lines are equal.
/// </summary>
internal static class FieldLines
{
    /// <summary>The lines of every span with its scope and resource, by span id. Order of fields does not count, order of lists does.</summary>
    public static SortedDictionary<string, List<string>> BySpan(JsonNode document)
    {
        var spans = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var resource in document["resourceSpans"]!.AsArray())
        {
            foreach (var scope in resource!["scopeSpans"]!.AsArray())
            {
                foreach (var span in scope!["spans"]!.AsArray())
                {
                    var lines = new List<string>();
                    Add(lines, "", "ResourceSpans", Without(resource, "scopeSpans"));
                    Add(lines, "scope.", "ScopeSpans", Without(scope, "spans"));
                    Add(lines, "span.", "Span", span!.AsObject());
                    lines.Sort(StringComparer.Ordinal);
                    spans.Add(((string)span["spanId"]!).ToLowerInvariant(), lines);
                }
            }
        }
        return spans;
    }

    private static void Add(List<string> lines, string path, string message, JsonObject document)
    {
        foreach (var (name, value) in document)
        {
            var field = OtlpSchema.Find(message, name);
            if (field.Repeated)
            {
                var elements = value!.AsArray();
                for (int i = 0; i < elements.Count; i++)
                {
                    lines.Add($"{path}{name}[{i}]");
                    Add(lines, $"{path}{name}[{i}].", field.Message!, elements[i]!.AsObject());
                }
            }
            else if (field.Type == FieldType.Message)
            {
                if (message == OtlpSchema.OneOf)
                {
                    lines.Add($"{path}{name}");
                }
                Add(lines, $"{path}{name}.", field.Message!, value!.AsObject());
            }
            else if (Scalar(field.Type, value!) is var text && (message == OtlpSchema.OneOf || !IsDefault(field.Type, text)))
            {
                lines.Add($"{path}{name} = {text}");
            }
        }
    }

    private static string Scalar(FieldType type, JsonNode value) => type switch
    {
        FieldType.Hex => ((string)value!).ToLowerInvariant(),
        FieldType.Text => JsonSerializer.Serialize((string)value!),
        FieldType.Double => BitConverter.DoubleToUInt64Bits(JsonScalars.Double(value)).ToString("x16", CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static bool IsDefault(FieldType type, string text) => type switch
    {
        FieldType.Text => text == "\"\"",
        FieldType.Hex => text.Length == 0,
        _ => text == "0",
    };

    private static JsonObject Without(JsonNode document, string name)
    {
        var copy = (JsonObject)document.DeepClone();
        copy.Remove(name);
        return copy;
    }
}
