namespace Clew.Testing.Files;

/// <summary>The power is off: this and every later operation fails.</summary>
public sealed class PowerCutException() : IOException("The power is off.");
