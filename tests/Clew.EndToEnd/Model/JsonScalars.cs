using System.Globalization;
using System.Text.Json.Nodes;

namespace Clew.EndToEnd.Model;

/// <summary>Scalars of the JSON mapping.</summary>
internal static class JsonScalars
{
    public static double Double(JsonNode value) => value.ToString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        var digits => double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
