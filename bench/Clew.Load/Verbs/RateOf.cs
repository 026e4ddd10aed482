namespace Clew.Load.Verbs;

/// <summary>A rate that is given in something else than spans.</summary>
/// <param name="Name">What is counted, in which time.</param>
/// <param name="SpansPerSecond">The rate in spans.</param>
/// <param name="PerSpanAndSecond">How many of them one span a second makes.</param>
internal sealed record RateOf(string Name, double SpansPerSecond, double PerSpanAndSecond);
