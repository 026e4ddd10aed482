namespace Shop.Supervision;

/// <summary>What makes a .NET process modest, and its traces prompt. What the user has set stays as it is.</summary>
internal static class ChildEnvironment
{
    private static readonly (string Name, string Value)[] Defaults =
    [
        // Numbers of the runtime's own settings are hexadecimal.
        ("DOTNET_gcServer", "0"),
        ("DOTNET_gcConcurrent", "0"),
        ("DOTNET_GCHeapHardLimit", "0x6000000"),
        ("DOTNET_GCgen0size", "0x400000"),
        ("DOTNET_GCConserveMemory", "5"),
        ("DOTNET_TieredPGO", "0"),
        ("DOTNET_EnableDiagnostics", "0"),
        ("OTEL_BSP_SCHEDULE_DELAY", "1000"),
    ];

    public static void Apply(IDictionary<string, string?> environment)
    {
        foreach (var (name, value) in Defaults)
            environment.TryAdd(name, value);
    }
}
