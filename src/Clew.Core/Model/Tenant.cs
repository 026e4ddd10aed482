using System.Buffers;

namespace Clew.Core.Model;

/// <summary>
/// Whose data it is. Every key, bound and store call starts with the tenant; there is no default value to forget it by.
/// </summary>
public sealed record Tenant
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The tenant of an installation without tenants.</summary>
    public static Tenant Default { get; } = new("default");

    /// <summary>
    /// The tenant of the traces by which Clew measures itself. They can be found while they are open; they are never stored or counted,
    /// nor read back from the journal.
    /// </summary>
    public static Tenant Probe { get; } = new("_probe");

    /// <summary>Names a tenant. The name becomes a folder: 1 to 64 of <c>a-z 0-9 - _</c>.</summary>
    /// <exception cref="ArgumentException">The name has another form.</exception>
    public Tenant(string name)
    {
        if (name.Length is 0 or > MaxLength || name.AsSpan().ContainsAnyExcept(Allowed))
        {
            throw new ArgumentException($"A tenant's name is 1 to {MaxLength} of a-z, 0-9, '-' and '_'.", nameof(name));
        }
        Name = name;
    }

    /// <summary>The tenant's name.</summary>
    public string Name { get; }

    /// <summary>True for <see cref="Probe"/>.</summary>
    public bool IsProbe => ReferenceEquals(this, Probe) || Name == Probe.Name;

    public override string ToString() => Name;
}
