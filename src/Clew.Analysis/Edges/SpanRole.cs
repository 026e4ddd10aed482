namespace Clew.Analysis.Edges;

/// <summary>A span's part in what passes between services.</summary>
internal enum SpanRole : byte
{
    /// <summary>Work within a service, or with a queue without a message.</summary>
    None,

    /// <summary>Calls or sends.</summary>
    Sender,

    /// <summary>Answers a call.</summary>
    Server,

    /// <summary>Takes or works on messages.</summary>
    Consumer,
}
