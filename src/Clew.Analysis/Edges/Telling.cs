using Clew.Core.Series;

namespace Clew.Analysis.Edges;

/// <summary>What a span's kind and attributes tell of its part in a call.</summary>
/// <param name="Role">The part it plays.</param>
/// <param name="Connection">By what means it speaks to its other end.</param>
/// <param name="OnlyCreates">True for a sender that makes a message that another span sends.</param>
/// <param name="Peer">The other end by its word: a sender's receiver, who calls a server, a consumer's queue.</param>
internal readonly record struct Telling(SpanRole Role, ConnectionType Connection, bool OnlyCreates, PeerName Peer);
