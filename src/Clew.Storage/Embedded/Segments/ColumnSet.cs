using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The columns, dictionaries and attribute keys of a segment being written.</summary>
internal sealed class ColumnSet
{
    private readonly StringTable strings;
    private readonly SegmentBuffers buffers;
    private readonly Dictionary<int, int> keyIndexes = [];
    private readonly List<ColumnWriter>[] byOwner = [.. Enum.GetValues<OwnerKind>().Select(_ => new List<ColumnWriter>())];

    /// <param name="strings">Strings that keys and columns of strings name.</param>
    /// <param name="buffers">Where pages go.</param>
    public ColumnSet(StringTable strings, SegmentBuffers buffers)
    {
        this.strings = strings;
        this.buffers = buffers;
        buffers.Owners.Reset(strings.Count);
    }

    /// <summary>Where pages go, and what else is used again for the next segment.</summary>
    public SegmentBuffers Buffers => buffers;

    public List<ColumnWriter> Columns { get; } = [];

    public List<DictionaryWriter> Dictionaries { get; } = [];

    /// <summary>String ids of the keys that columns name.</summary>
    public List<int> Keys { get; } = [];

    /// <summary>A column of integers.</summary>
    public ColumnWriter Integers(ColumnRole role, OwnerKind owner) => Add(new ColumnWriter(role, owner, buffers));

    /// <summary>A column of strings of the batch.</summary>
    public ColumnWriter Strings(ColumnRole role, OwnerKind owner)
    {
        var dictionary = NewDictionary();
        return Add(new ColumnWriter(role, owner, buffers, dictionary, new StringIds(strings, buffers.Owners, dictionary)));
    }

    /// <summary>A column of ids of a dictionary that the caller fills: strings that are not the batch's, or shapes.</summary>
    public ColumnWriter Ids(ColumnRole role, OwnerKind owner) => Add(new ColumnWriter(role, owner, buffers, NewDictionary()));

    /// <summary>The column of an attribute.</summary>
    /// <param name="owner">Of whom.</param>
    /// <param name="ordinal">Its number in shapes.</param>
    /// <param name="keyStringId">Its key.</param>
    /// <param name="type">Its type.</param>
    /// <param name="ofBatch">Its strings are the batch's; otherwise the caller fills its dictionary.</param>
    public ColumnWriter Attribute(OwnerKind owner, int ordinal, int keyStringId, AttributeType type, bool ofBatch = true)
    {
        if (!keyIndexes.TryGetValue(keyStringId, out int key))
        {
            key = Keys.Count;
            Keys.Add(keyStringId);
            keyIndexes.Add(keyStringId, key);
        }
        var dictionary = AttributeTable.IsStringId(type) ? NewDictionary() : null;
        var texts = dictionary is not null && ofBatch ? new StringIds(strings, buffers.Owners, dictionary) : null;
        return Add(new ColumnWriter(ColumnRole.Attribute, owner, buffers, dictionary, texts) { Ordinal = ordinal, Key = key, Type = type });
    }

    /// <summary>Ends a page of every column of these owners.</summary>
    public void EndPages(params ReadOnlySpan<OwnerKind> owners)
    {
        foreach (var owner in owners)
        {
            foreach (var column in byOwner[(int)owner])
            {
                column.EndPage();
            }
        }
    }

    /// <summary>Nothing more will be added to the columns.</summary>
    public void Release() => Columns.ForEach(column => column.Release());

    private ColumnWriter Add(ColumnWriter column)
    {
        Columns.Add(column);
        byOwner[(int)column.Owner].Add(column);
        return column;
    }

    private DictionaryWriter NewDictionary()
    {
        var dictionary = new DictionaryWriter(buffers);
        Dictionaries.Add(dictionary);
        return dictionary;
    }
}
