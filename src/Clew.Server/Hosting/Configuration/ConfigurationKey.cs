namespace Clew.Server.Hosting.Configuration;

/// <summary>A key of the configuration, for the help text.</summary>
internal sealed record ConfigurationKey(string Name, string Default, string Description);
