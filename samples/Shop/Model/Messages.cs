namespace Shop.Model;

/// <summary>A message between services, with the context of the span that created it and whom it is about.</summary>
internal sealed record Message(
    string Id, string Topic, string TraceParent, string Session, string User, string Order, OrderEvent Body);

internal sealed record OrderEvent(string Order, string Customer, string Country, int Items, Money Total, string? Tracking);

internal sealed record MessageBatch(Message[] Messages);
