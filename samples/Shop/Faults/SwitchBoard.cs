using System.Collections.Concurrent;

namespace Shop.Faults;

/// <summary>The present position of every switch in one process. Safe for any thread.</summary>
internal sealed class SwitchBoard
{
    // Bounded by the catalogue: only its names are ever stored.
    private readonly ConcurrentDictionary<string, string> positions = new(
        SwitchCatalog.All.Select(definition => KeyValuePair.Create(definition.Name, definition.Initial)));

    /// <summary>Raised after a position was set, on the thread that set it.</summary>
    public event Action<SwitchAssignment>? Changed;

    public string this[string name] => positions[name];

    public void Set(SwitchAssignment assignment)
    {
        positions[assignment.Name] = assignment.Value;
        Changed?.Invoke(assignment);
    }

    public IEnumerable<SwitchAssignment> Positions()
        => SwitchCatalog.All.Select(definition => new SwitchAssignment(definition.Name, positions[definition.Name]));
}
