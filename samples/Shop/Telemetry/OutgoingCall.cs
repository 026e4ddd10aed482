namespace Shop.Telemetry;

/// <summary>What the caller knows of a call and HttpClient does not: the path before its values were filled in, and who answers.</summary>
internal sealed record OutgoingCall(string Template, string Peer)
{
    private static readonly AsyncLocal<OutgoingCall?> Slot = new();

    /// <summary>The call this flow of control is about to make. Set it inside the method that awaits the call.</summary>
    public static OutgoingCall? Current
    {
        get => Slot.Value;
        set => Slot.Value = value;
    }
}
