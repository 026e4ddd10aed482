using System.Diagnostics.CodeAnalysis;

namespace Shop.Faults;

/// <summary>All switches of the shop, and how they are written on the command line.</summary>
internal static class SwitchCatalog
{
    public const string Partners = "partners";

    public static readonly SwitchDefinition[] All =
    [
        new("pricing", "pricing", ["sequential", "parallel", "cached"], "sequential", "parallel"),
        new("inventory", "inventory", ["per-item", "batched"], "per-item", "batched"),
        new("orders", "order", ["scan", "indexed"], "scan", "indexed"),
        new("payment", Partners, ["normal", "declines"], "declines", "normal"),
        new("fraud", "fraud", ["normal", "errors"], "errors", "normal"),
        new("shipping", Partners, ["normal", "slow"], "slow", "normal"),
    ];

    public static SwitchDefinition? Find(string name) => Array.Find(All, candidate => candidate.Name == name);

    /// <summary>Reads <c>NAME=VALUE</c>, or a bare <c>NAME</c> for which <paramref name="bare"/> chooses the value.</summary>
    public static bool TryParse(
        string text,
        Func<SwitchDefinition, string> bare,
        out SwitchAssignment assignment,
        [NotNullWhen(false)] out string? error)
    {
        assignment = default;
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        if (Find(name) is not { } definition)
        {
            error = $"there is no switch '{name}'; there are {string.Join(", ", All.Select(known => known.Name))}";
            return false;
        }

        string value = equals < 0 ? bare(definition) : text[(equals + 1)..];
        if (!definition.Values.Contains(value))
        {
            error = $"'{name}' takes {string.Join(" or ", definition.Values)}, not '{value}'";
            return false;
        }

        assignment = new SwitchAssignment(name, value);
        error = null;
        return true;
    }
}
