using System.Buffers;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The open page of a dictionary that is being written, and the filters of those before it. Kept for the next dictionary.</summary>
internal sealed class OpenDictionaryPage
{
    /// <summary>Filters of all pages, one behind the other.</summary>
    public ArrayBufferWriter<byte> Filter { get; } = new();

    /// <summary>The entries' bytes, one after the other.</summary>
    public ArrayBufferWriter<byte> Text { get; } = new();

    /// <summary>Bytes of each entry.</summary>
    public List<long> Lengths { get; } = [];

    /// <summary>The hash of each entry.</summary>
    public List<ulong> Hashes { get; } = [];

    /// <summary>Begins a dictionary.</summary>
    public void Clear()
    {
        Filter.ResetWrittenCount();
        ClearEntries();
    }

    /// <summary>Begins the next page.</summary>
    public void ClearEntries()
    {
        Text.ResetWrittenCount();
        Lengths.Clear();
        Hashes.Clear();
    }
}
