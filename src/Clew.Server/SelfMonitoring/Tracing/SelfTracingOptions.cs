namespace Clew.Server.SelfMonitoring.Tracing;

/// <summary>Whether and how much Clew traces itself.</summary>
/// <param name="IsEnabled">Whether it does.</param>
/// <param name="TracesPerSecond">At most so many; what is beyond is not begun.</param>
internal sealed record SelfTracingOptions(bool IsEnabled, int TracesPerSecond);
