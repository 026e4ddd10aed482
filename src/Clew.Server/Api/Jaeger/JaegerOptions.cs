namespace Clew.Server.Api.Jaeger;

/// <summary>Settings of Jaeger's API.</summary>
public sealed record JaegerOptions
{
    /// <summary>
    /// Where the web UI is, such as <c>http://localhost:4319</c>, or null where it is off. Pages of Jaeger's own UI redirect there.
    /// </summary>
    public required Uri? WebUi { get; init; }

    /// <summary>Where it is for one client, where that depends on the request or is known only after the start; wins over <see cref="WebUi"/>.</summary>
    public Func<HttpContext, Uri?>? FindWebUi { get; init; }

    /// <summary>How far a search without <c>start</c> looks back.</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Traces of a search without <c>limit</c>.</summary>
    public int DefaultLimit { get; init; } = 100;

    /// <summary>Most traces a search may ask for.</summary>
    public int MaxLimit { get; init; } = 10_000;
}
