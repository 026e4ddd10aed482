namespace Shop.Faults;

/// <summary>A switch and the value it is to take.</summary>
internal readonly record struct SwitchAssignment(string Name, string Value)
{
    public override string ToString() => $"{Name}={Value}";
}
