namespace Clew.Load.Payloads;

/// <summary>How a trace's spans are laid out over payloads.</summary>
internal enum LoadShape
{
    /// <summary>A trace lies within one payload, as a collector behind a load balancer sends.</summary>
    Whole,

    /// <summary>A payload comes from one service; a trace's spans come in several, some time apart.</summary>
    Spread,
}
