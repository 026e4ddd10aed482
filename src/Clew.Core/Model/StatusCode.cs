namespace Clew.Core.Model;

/// <summary>OTLP <c>Status.StatusCode</c>, same numbers.</summary>
public enum StatusCode : byte
{
    Unset = 0,
    Ok = 1,
    Error = 2,
}
