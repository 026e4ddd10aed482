namespace Clew.Server.Hosting;

/// <summary>When this server was put together.</summary>
internal sealed record StartTime(DateTimeOffset Time);
