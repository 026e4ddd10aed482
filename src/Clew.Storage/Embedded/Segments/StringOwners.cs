namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// For each string of a batch: the dictionary that met it first, and its id there. Most strings occur in one column only, so most
/// look-ups are two array reads.
/// </summary>
internal sealed class StringOwners
{
    public int[] Owner { get; private set; } = [];

    public int[] Id { get; private set; } = [];

    /// <summary>Makes room for that many strings of the table.</summary>
    public void Grow(int strings)
    {
        if (Owner.Length < strings)
        {
            var (owner, id) = (Owner, Id);
            Array.Resize(ref owner, Math.Max(strings, owner.Length * 2));
            Array.Resize(ref id, owner.Length);
            (Owner, Id) = (owner, id);
        }
    }

    public void Reset(int strings)
    {
        if (Owner.Length < strings)
        {
            Owner = new int[strings];
            Id = new int[strings];
            return;
        }
        Array.Clear(Owner, 0, strings);
    }
}
