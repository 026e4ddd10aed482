namespace Clew.Testing.Files;

/// <summary>Failures as the system gives them.</summary>
public static class DiskErrors
{
    public static IOException NoSpace() => new("No space left on device") { HResult = 28 };

    public static IOException InputOutput() => new("Input/output error") { HResult = 5 };

    public static IOException ReadOnly() => new("Read-only file system") { HResult = 30 };
}
