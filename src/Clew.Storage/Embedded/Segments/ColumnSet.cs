using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The columns, dictionaries and attribute keys of a segment being written.</summary>
internal sealed class ColumnSet(StringTable strings, StringOwners owners)
{
    private readonly Dictionary<int, int> keyIndexes = [];

    public List<ColumnWriter> Columns { get; } = [];

    public List<DictionaryWriter> Dictionaries { get; } = [];

    /// <summary>String ids of the keys that columns name.</summary>
    public List<int> Keys { get; } = [];

    /// <summary>A column of integers.</summary>
    public ColumnWriter Integers(ColumnRole role, OwnerKind owner)
    {
        var column = new ColumnWriter(role, owner);
        Columns.Add(column);
        return column;
    }

    /// <summary>A column of strings of the batch.</summary>
    public ColumnWriter Strings(ColumnRole role, OwnerKind owner)
    {
        var column = new ColumnWriter(role, owner, NewDictionary(strings, owners));
        Columns.Add(column);
        return column;
    }

    /// <summary>The column of an attribute.</summary>
    public ColumnWriter Attribute(OwnerKind owner, int ordinal, int keyStringId, AttributeType type)
    {
        if (!keyIndexes.TryGetValue(keyStringId, out int key))
        {
            key = Keys.Count;
            Keys.Add(keyStringId);
            keyIndexes.Add(keyStringId, key);
        }
        var dictionary = AttributeTable.IsStringId(type) ? NewDictionary(strings, owners) : null;
        var column = new ColumnWriter(ColumnRole.Attribute, owner, dictionary) { Ordinal = ordinal, Key = key, Type = type };
        Columns.Add(column);
        return column;
    }

    /// <summary>The column of an owner's shapes, whose dictionary is over a table of its own.</summary>
    public ColumnWriter Shapes(OwnerKind owner, StringTable shapes)
    {
        var column = new ColumnWriter(ColumnRole.Shape, owner, NewDictionary(shapes, owners));
        Columns.Add(column);
        return column;
    }

    private DictionaryWriter NewDictionary(StringTable table, StringOwners tableOwners)
    {
        var dictionary = new DictionaryWriter(Dictionaries.Count + 1, table, tableOwners);
        Dictionaries.Add(dictionary);
        return dictionary;
    }
}
