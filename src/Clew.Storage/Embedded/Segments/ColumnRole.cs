namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// What a column holds. The numbers are stored on disk and never change; a reader skips roles it does not know.
/// Keep in sync with docs/formats/segment.md.
/// </summary>
internal enum ColumnRole : byte
{
    // Of spans.
    SpanId = 1,

    /// <summary>0: no parent; 1: the next value of <see cref="ParentRaw"/>; d + 1: the span d rows before, in the same trace.</summary>
    Parent = 2,
    ParentRaw = 3,
    TraceState = 4,
    Flags = 5,
    Name = 6,
    Kind = 7,
    Start = 8,

    /// <summary>End minus start, modulo 2^64.</summary>
    Duration = 9,
    StatusCode = 10,
    StatusMessage = 11,
    DroppedEvents = 12,
    DroppedLinks = 13,

    /// <summary>Row of the resource table.</summary>
    Resource = 14,

    /// <summary>Row of the scope table.</summary>
    Scope = 15,
    EventCount = 16,
    LinkCount = 17,

    /// <summary>Optional: duration minus self time, modulo 2^64.</summary>
    CoveredTime = 18,

    /// <summary>Optional: 0: no time on the critical path; 1: as much as the self time; 2: the next value of <see cref="CriticalRaw"/>.</summary>
    CriticalClass = 19,

    /// <summary>Optional: nanoseconds on the critical path, where they are not what the class says.</summary>
    CriticalRaw = 26,

    /// <summary>
    /// Optional: what Clew sampled the span with (<see cref="Core.Model.SamplingThreshold.ToCode"/>); a segment without it holds nothing that was.
    /// </summary>
    SamplingThreshold = 27,

    // Of every owner of attributes.
    DroppedAttributes = 20,

    /// <summary>Which columns the owner's attributes lie in, in order: an entry of the dictionary is a list of ordinals (varints).</summary>
    Shape = 21,

    /// <summary>Values of one key and type.</summary>
    Attribute = 22,

    /// <summary>The catch-all (ordinal 0): keys, types and values of attributes that are too rare for columns of their own.</summary>
    RareKey = 23,
    RareType = 24,
    RareValue = 25,

    // Of events and links.
    /// <summary>Nanoseconds after the span's start, modulo 2^64.</summary>
    EventTime = 30,
    EventName = 31,
    LinkTraceHigh = 32,
    LinkTraceLow = 33,
    LinkSpanId = 34,
    LinkTraceState = 35,
    LinkFlags = 36,

    // Of resources and scopes.
    SchemaUrl = 40,
    ScopeName = 41,
    ScopeVersion = 42,

    // Of traces, newest first.
    TraceHigh = 50,
    TraceLow = 51,
    TraceFirstRow = 52,
    TraceFlags = 53,

    /// <summary>Smallest start of its spans.</summary>
    TraceStart = 54,

    /// <summary>Largest end of its spans minus smallest start, modulo 2^64.</summary>
    TraceLength = 55,

    // Of traces, optional: all or none.
    /// <summary>An entry of the dictionary is the shape's hash, 8 bytes, lowest first; empty where it is not known.</summary>
    TraceShape = 56,

    /// <summary>Empty without a root.</summary>
    TraceRootService = 57,

    /// <summary>Empty without a root.</summary>
    TraceRootName = 58,

    /// <summary>Spans with status error.</summary>
    TraceErrors = 59,

    /// <summary>Distinct services.</summary>
    TraceServices = 60,
}
