using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Clew.Core.Columns;

namespace Clew.Ingest.Otlp;

/// <summary>
/// Puts strings of a payload into a batch's dictionary and checks that text is UTF-8, once per distinct text.
/// </summary>
internal struct TextInterner(StringTable strings)
{
    // A byte value may have brought bytes into the dictionary that are no text; from then on a known entry proves nothing.
    private bool holdsOtherThanText;

    /// <summary>Text that lies in the source buffer.</summary>
    public readonly bool TryText(int offset, int length, out int id)
    {
        int known = strings.Count;
        id = strings.InternSlice(offset, length);
        return (id < known && !holdsOtherThanText) || IsText(strings[id]);
    }

    /// <summary>Text that lies elsewhere and is copied.</summary>
    public readonly bool TryText(ReadOnlySpan<byte> text, out int id)
    {
        int known = strings.Count;
        id = strings.Intern(text);
        return (id < known && !holdsOtherThanText) || IsText(strings[id]);
    }

    /// <summary>Bytes that lie in the source buffer.</summary>
    public int Bytes(int offset, int length)
    {
        int known = strings.Count;
        return Note(strings.InternSlice(offset, length), known);
    }

    /// <summary>Bytes that lie elsewhere and are copied.</summary>
    public int Bytes(ReadOnlySpan<byte> bytes)
    {
        int known = strings.Count;
        return Note(strings.Intern(bytes), known);
    }

    private int Note(int id, int known)
    {
        if (id >= known && !holdsOtherThanText)
        {
            holdsOtherThanText = !IsText(strings[id]);
        }
        return id;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsText(ReadOnlySpan<byte> bytes) =>
        ShortBytes.IsAscii(ref MemoryMarshal.GetReference(bytes), bytes.Length) || Utf8.IsValid(bytes);
}
