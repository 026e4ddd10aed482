namespace Clew.Server.Hosting.Listeners;

/// <summary>Set on each endpoint: the listener it answers on.</summary>
internal sealed record ListenerMetadata(Listener Listener);
