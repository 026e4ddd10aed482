using Clew.Core.Columns;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The ids that a dictionary gives to strings of a table. Bounded by the strings that several dictionaries share.</summary>
/// <param name="strings">The table.</param>
/// <param name="owners">Shared by the dictionaries over that table.</param>
/// <param name="dictionary">Where the strings go.</param>
internal sealed class StringIds(StringTable strings, StringOwners owners, DictionaryWriter dictionary)
{
    private readonly uint stamp = owners.NewStamp();
    private Dictionary<int, int>? shared; // strings that belong to another dictionary
    private int last = -1;
    private int lastId;

    /// <summary>The id of a string of the table.</summary>
    public int IdOf(int stringId)
    {
        if (stringId == last)
        {
            return lastId;
        }
        if (!owners.TryFind(stringId, stamp, out int id, out bool isFree))
        {
            id = isFree ? Claim(stringId) : Shared(stringId);
        }
        (last, lastId) = (stringId, id);
        return id;
    }

    private int Claim(int stringId)
    {
        int id = Add(stringId);
        owners.Claim(stringId, stamp, id);
        return id;
    }

    private int Shared(int stringId)
    {
        shared ??= [];
        if (!shared.TryGetValue(stringId, out int id))
        {
            id = Add(stringId);
            shared.Add(stringId, id);
        }
        return id;
    }

    private int Add(int stringId)
    {
        var value = strings[stringId];
        return dictionary.Add(value, StableHash.Of(value));
    }
}
