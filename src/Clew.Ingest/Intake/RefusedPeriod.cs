namespace Clew.Ingest.Intake;

/// <summary>A time during which payloads were refused for want of room.</summary>
/// <param name="From">The first refusal.</param>
/// <param name="To">The last one.</param>
/// <param name="Payloads">How many.</param>
public readonly record struct RefusedPeriod(DateTimeOffset From, DateTimeOffset To, long Payloads);
