namespace Clew.Ingest.Otlp;

/// <summary>Counts that stay at their maximum instead of beginning again.</summary>
internal static class Saturating
{
    public static uint Add(uint left, uint right) => left + right >= left ? left + right : uint.MaxValue;
}
