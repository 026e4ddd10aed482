using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Compresses texts in pieces (<see cref="TextForm.PieceEnd"/>), so that one of them costs a reader one piece. Memory: a page's text;
/// belongs to one writer at a time.
/// </summary>
/// <remarks>
/// Layout: bytes of each piece (varint), then the pieces: Brotli, or plain where that is as long as the text.
/// Keep in sync with <c>DictionaryPage</c> and docs/formats/segment.md.
/// </remarks>
internal sealed class PiecedText
{
    private const int BrotliQuality = 1;
    private const int BrotliWindow = 18;

    private readonly ArrayBufferWriter<byte> written = new();
    private readonly ArrayBufferWriter<byte> pieces = new();
    private readonly List<int> ends = [];

    /// <summary>The texts packed, valid until the next call.</summary>
    /// <param name="text">The entries' bytes.</param>
    /// <param name="lengths">The length of each.</param>
    public ReadOnlySpan<byte> Pack(ReadOnlySpan<byte> text, ReadOnlySpan<long> lengths)
    {
        written.ResetWrittenCount();
        pieces.ResetWrittenCount();
        ends.Clear();
        int end = 0;
        foreach (long length in lengths)
        {
            end += (int)length;
            ends.Add(end);
        }
        int start = 0;
        for (int entry = 0; entry < lengths.Length;)
        {
            entry = TextForm.PieceEnd(CollectionsMarshal.AsSpan(ends), entry);
            var piece = text[start..ends[entry - 1]];
            var to = pieces.GetSpan(piece.Length + 1);
            if (piece.IsEmpty || !BrotliEncoder.TryCompress(piece, to[..(piece.Length - 1)], out int length, BrotliQuality, BrotliWindow))
            {
                piece.CopyTo(to);
                length = piece.Length;
            }
            pieces.Advance(length);
            Varint.Write(written, (ulong)length);
            start += piece.Length;
        }
        written.Write(pieces.WrittenSpan);
        return written.WrittenSpan;
    }
}
