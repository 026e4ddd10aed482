namespace Clew.Server.Api.Jaeger;

/// <summary>Settings of Jaeger's API.</summary>
public sealed record JaegerOptions
{
    /// <summary>
    /// Where the web UI is for that client, such as <c>http://localhost:4319</c>, or null where it is off. Pages of Jaeger's own UI
    /// redirect there.
    /// </summary>
    public required Func<HttpContext, Uri?> WebUi { get; init; }

    /// <summary>How far a search without <c>start</c> looks back.</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Traces of a search without <c>limit</c>.</summary>
    public int DefaultLimit { get; init; } = 100;

    /// <summary>Most traces a search may ask for.</summary>
    public int MaxLimit { get; init; } = 10_000;
}
