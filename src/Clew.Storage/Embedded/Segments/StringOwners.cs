namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// For each string of a batch: the dictionary that met it first, and its id there. Most strings occur in one column only, so most
/// look-ups are two array reads.
/// </summary>
internal sealed class StringOwners
{
    public int[] Owner { get; private set; } = [];

    public int[] Id { get; private set; } = [];

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
