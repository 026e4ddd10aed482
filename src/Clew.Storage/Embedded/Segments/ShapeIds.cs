using Clew.Core.Columns;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Gives each distinct shape (a list of ordinals, varints) an id of its dictionary. Bounded by the distinct shapes.</summary>
internal sealed class ShapeIds(DictionaryWriter dictionary)
{
    private readonly StringTable shapes = new();

    public int IdOf(ReadOnlySpan<byte> sequence)
    {
        // The table's ids are the dictionary's ids: both count up, the empty shape is 0.
        int shape = shapes.Intern(sequence);
        for (int id = dictionary.Count; id <= shape; id++)
        {
            dictionary.Add(shapes[id], StableHash.Of(shapes[id]));
        }
        return shape;
    }
}
