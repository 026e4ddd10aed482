using System.Collections.Immutable;

namespace Clew.Ingest.Otlp;

/// <summary>
/// The bounds of the OTLP receivers. Immutable; the defaults suit one machine. What is over a bound is refused with an error or
/// counted in a dropped count, never cut in silence.
/// </summary>
/// <remarks>
/// The bounds of spans (<see cref="MaxNestingDepth"/> to <see cref="MaxLinks"/>) belong to how a payload is read, so a journal that is
/// replayed under smaller bounds gives fewer attributes than were accepted; the dropped counts then say so.
/// </remarks>
public sealed record OtlpOptions
{
    /// <summary>Bytes of a payload, as received and again after decompression. More is answered 413 or RESOURCE_EXHAUSTED.</summary>
    public int MaxPayloadBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes that the spans of one payload may take as columns in memory. More is answered 413 or RESOURCE_EXHAUSTED. Payloads of real
    /// spans take about as much as on the wire; rows that hold nothing take up to twelve times as much, and only they meet this bound.
    /// </summary>
    public int MaxDecodedBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>Arrays and maps within one another in an attribute's value. A payload with more is malformed.</summary>
    public int MaxNestingDepth { get; init; } = 32;

    /// <summary>Attributes of one span, event, link, scope or resource. The rest is counted as dropped.</summary>
    public int MaxAttributes { get; init; } = 100_000;

    /// <summary>UTF-8 bytes of an attribute's key. An attribute with a longer key is counted as dropped.</summary>
    public int MaxKeyBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Bytes of a value: text, bytes, or an array or map in encoded form. An attribute with a longer value is counted as dropped; an
    /// event or link whose name or trace state is longer is counted as dropped; a span is rejected where a text of its own, its scope's
    /// or its resource's is longer.
    /// </summary>
    public int MaxValueBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Events of one span. The rest is counted as dropped.</summary>
    public int MaxEvents { get; init; } = 100_000;

    /// <summary>Links of one span. The rest is counted as dropped.</summary>
    public int MaxLinks { get; init; } = 100_000;

    /// <summary>
    /// Requests whose body has arrived and that are being read, journalled or answered. While there are so many, a new request is refused
    /// before its body is read (429, UNAVAILABLE). A request whose body is still arriving holds no place.
    /// </summary>
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Bytes of all payloads together, arriving, decompressed or read into columns. What does not fit is refused (429, UNAVAILABLE).</summary>
    public long MaxBufferedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>What a refused sender is asked to wait, whole seconds, at least one.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Origins of web pages that may send: <c>loopback</c> (pages served from this machine, any scheme and port), <c>*</c> (any), or
    /// an origin such as <c>https://shop.example</c>. The default lets a developer's page send and no page of the internet.
    /// </summary>
    public ImmutableArray<string> CorsOrigins { get; init; } = ["loopback"];

    /// <summary>Bytes of all headers of a request.</summary>
    public int MaxRequestHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>Time within which a request's headers must have arrived.</summary>
    public TimeSpan RequestHeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes a second that a body must bring on average; a slower connection is closed. 0: any rate.</summary>
    public double MinBodyBytesPerSecond { get; init; } = 240;

    /// <summary>Time before <see cref="MinBodyBytesPerSecond"/> is asked for.</summary>
    public TimeSpan MinBodyRateGracePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Null, or what is wrong with the first wrong value, beginning with its name.</summary>
    public string? Validate() => this switch
    {
        { MaxPayloadBytes: < 1024 or > 1024 * 1024 * 1024 } => $"{nameof(MaxPayloadBytes)} must lie between 1 KiB and 1 GiB.",
        { MaxDecodedBytes: < 1024 * 1024 } => $"{nameof(MaxDecodedBytes)} must be at least 1 MiB.",
        { MaxNestingDepth: < 0 or > 100 } => $"{nameof(MaxNestingDepth)} must lie between 0 and 100.",
        { MaxAttributes: < 0 } => $"{nameof(MaxAttributes)} must not be negative.",
        { MaxKeyBytes: < 0 } => $"{nameof(MaxKeyBytes)} must not be negative.",
        { MaxValueBytes: < 0 } => $"{nameof(MaxValueBytes)} must not be negative.",
        { MaxEvents: < 0 } => $"{nameof(MaxEvents)} must not be negative.",
        { MaxLinks: < 0 } => $"{nameof(MaxLinks)} must not be negative.",
        { MaxConcurrentRequests: < 1 } => $"{nameof(MaxConcurrentRequests)} must be at least 1.",
        _ when MaxBufferedBytes < (2L * MaxPayloadBytes) + MaxDecodedBytes =>
            $"{nameof(MaxBufferedBytes)} must be at least twice {nameof(MaxPayloadBytes)} and {nameof(MaxDecodedBytes)} together.",
        _ when RetryAfter < TimeSpan.FromSeconds(1) => $"{nameof(RetryAfter)} must be at least one second.",
        { MaxRequestHeaderBytes: < 1024 } => $"{nameof(MaxRequestHeaderBytes)} must be at least 1 KiB.",
        _ when RequestHeadersTimeout <= TimeSpan.Zero => $"{nameof(RequestHeadersTimeout)} must be positive.",
        { MinBodyBytesPerSecond: < 0 or double.NaN } => $"{nameof(MinBodyBytesPerSecond)} must not be negative.",
        _ when MinBodyRateGracePeriod <= TimeSpan.FromSeconds(1) => $"{nameof(MinBodyRateGracePeriod)} must be more than one second.",
        _ => null,
    };
}
