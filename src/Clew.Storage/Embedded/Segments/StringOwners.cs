namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// For each string of a table: the dictionary that met it first, and its id there. Most strings occur in one column only, so most
/// look-ups are one array read.
/// </summary>
/// <remarks>
/// A dictionary is known by a stamp that no other one has had, so that beginning a segment costs nothing, however large the table is and
/// however few of its strings the segment has. Eight bytes a string of the largest table.
/// </remarks>
internal sealed class StringOwners
{
    private ulong[] entries = []; // stamp << 32 | id
    private uint last;
    private uint first = 1;

    /// <summary>Begins a segment: no string belongs to a dictionary.</summary>
    /// <param name="strings">Strings of the table.</param>
    public void Reset(int strings)
    {
        if (last > uint.MaxValue / 2)
        {
            Array.Clear(entries);
            last = 0;
        }
        first = last + 1;
        if (entries.Length < strings)
        {
            entries = new ulong[Math.Max(strings, Math.Min(entries.Length * 2L, Array.MaxLength))];
        }
    }

    /// <summary>A stamp for a dictionary of this segment.</summary>
    public uint NewStamp() => ++last;

    /// <summary>Finds the id of a string in the dictionary with that stamp.</summary>
    /// <param name="stringId">The string.</param>
    /// <param name="stamp">The dictionary.</param>
    /// <param name="id">Its id there, where it is known.</param>
    /// <param name="isFree">True where the string belongs to no dictionary yet.</param>
    public bool TryFind(int stringId, uint stamp, out int id, out bool isFree)
    {
        ulong entry = entries[stringId];
        uint owner = (uint)(entry >> 32);
        id = (int)entry;
        isFree = owner < first;
        return owner == stamp;
    }

    /// <summary>Says which dictionary a free string belongs to.</summary>
    public void Claim(int stringId, uint stamp, int id) => entries[stringId] = ((ulong)stamp << 32) | (uint)id;
}
