using System.Text.Json;

namespace Clew.Ingest.Otlp.Json;

/// <summary>What all readers of OTLP JSON share.</summary>
internal static class OtlpJson
{
    // Objects and arrays down to the value of an event's attribute: 12. A map in a map adds 4: the value, the list, its array, the pair.
    private const int FixedLevels = 16;
    private const int LevelsPerMap = 4;

    // Room for fields that a later version of the protocol may bring.
    private const int SpareLevels = 16;

    public static JsonReaderOptions ReaderOptions(OtlpOptions options) =>
        new() { MaxDepth = FixedLevels + SpareLevels + (LevelsPerMap * (options.MaxNestingDepth + 1)) };
}
