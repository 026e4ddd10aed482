namespace Clew.Core.Scan;

/// <summary>The parts of a span that conditions and groups can name, attributes apart.</summary>
public enum SpanField
{
    /// <summary>An attribute; <see cref="FieldReference.Key"/> and <see cref="FieldReference.Scope"/> say which.</summary>
    Attribute = 0,

    Name,
    Kind,
    StatusCode,
    StatusMessage,
    StartTime,
    EndTime,

    /// <summary>Nanoseconds; 0 where the end lies before the start.</summary>
    Duration,

    /// <summary>The text of <c>service.name</c> of the span's resource.</summary>
    ServiceName,

    ScopeName,
    ScopeVersion,

    /// <summary>A boolean: the span has no parent.</summary>
    IsRoot,

    /// <summary>
    /// A number: what the span was sampled with, by its sender and by Clew, whichever dropped more
    /// (<see cref="Model.SamplingThreshold.Value"/>); 0 where by none.
    /// </summary>
    SamplingThreshold,
}
