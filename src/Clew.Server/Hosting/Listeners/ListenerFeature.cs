namespace Clew.Server.Hosting.Listeners;

/// <summary>Set on each connection: the listener it came in by.</summary>
internal sealed record ListenerFeature(Listener Listener);
