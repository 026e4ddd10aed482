using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Query.Search;

/// <summary>
/// Where a page ended. Besides the place of its last trace it knows the traces that could come out wrong on the next page because
/// spans arrive in between: those listed already whose start may still move, and those met already that begin behind the place.
/// </summary>
/// <remarks>
/// As text: Base64url of version (1 byte), flags (1), start (8), trace id (16), counts (3 × 2), listed hashes (8 each),
/// deferred ids (16 each), FNV-1a of all that (4). Bounded to about 4,200 characters.
/// </remarks>
public sealed class TraceCursor
{
    /// <summary>Most listed traces that a cursor remembers.</summary>
    internal const int MaxListed = 256;

    /// <summary>Most deferred traces that a cursor remembers.</summary>
    internal const int MaxDeferred = 64;

    private const byte Version = 1;
    private const int Header = 1 + 1 + 8 + TraceId.Size + 6;

    internal TraceCursor(TracePosition position, IReadOnlyList<ulong> settled, IReadOnlyList<ulong> unsettled, IReadOnlyList<TraceId> deferred, bool lookEverywhere)
    {
        Position = position;
        Settled = settled;
        Unsettled = unsettled;
        Deferred = deferred;
        LookEverywhere = lookEverywhere;
    }

    /// <summary>Place of the last trace listed.</summary>
    internal TracePosition Position { get; }

    /// <summary>Hashes of listed traces that were complete then, in the order listed.</summary>
    internal IReadOnlyList<ulong> Settled { get; }

    /// <summary>Hashes of listed traces that were not complete then.</summary>
    internal IReadOnlyList<ulong> Unsettled { get; }

    /// <summary>Traces with a matching part before the place that themselves stand after it.</summary>
    internal IReadOnlyList<TraceId> Deferred { get; }

    /// <summary>True where there were more deferred traces than fit: the next page must look at everything again.</summary>
    internal bool LookEverywhere { get; }

    /// <summary>Reads what <see cref="ToString"/> wrote; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out TraceCursor? cursor)
    {
        cursor = null;
        if (text.Length is 0 or > 8192)
        {
            return false;
        }
        byte[] data = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (!Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, data, out int length) || length < Header + 4)
        {
            return false;
        }
        var bytes = data.AsSpan(0, length);
        if (bytes[0] != Version || bytes[1] > 1 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != Checksum(bytes[..^4]))
        {
            return false;
        }
        var position = new TracePosition(BinaryPrimitives.ReadUInt64LittleEndian(bytes[2..]), TraceId.Read(bytes[10..]));
        int settled = BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]);
        int unsettled = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]);
        int deferred = BinaryPrimitives.ReadUInt16LittleEndian(bytes[30..]);
        if (settled + unsettled > MaxListed || deferred > MaxDeferred
            || length != Header + (8 * (settled + unsettled)) + (TraceId.Size * deferred) + 4)
        {
            return false;
        }
        var rest = bytes[Header..];
        var hashes = new ulong[settled + unsettled];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = BinaryPrimitives.ReadUInt64LittleEndian(rest[(8 * i)..]);
        }
        rest = rest[(8 * hashes.Length)..];
        var ids = new TraceId[deferred];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = TraceId.Read(rest[(TraceId.Size * i)..]);
        }
        cursor = new TraceCursor(position, hashes[..settled], hashes[settled..], ids, bytes[1] == 1);
        return true;
    }

    /// <summary>The opaque text that a client hands back.</summary>
    public override string ToString()
    {
        byte[] data = new byte[Header + (8 * (Settled.Count + Unsettled.Count)) + (TraceId.Size * Deferred.Count) + 4];
        data[0] = Version;
        data[1] = LookEverywhere ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(2), Position.StartTime);
        Position.TraceId.Write(data.AsSpan(10));
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(26), (ushort)Settled.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(28), (ushort)Unsettled.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(30), (ushort)Deferred.Count);
        int at = Header;
        foreach (ulong hash in Settled.Concat(Unsettled))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(at), hash);
            at += 8;
        }
        foreach (var id in Deferred)
        {
            id.Write(data.AsSpan(at));
            at += TraceId.Size;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(at), Checksum(data.AsSpan(0, at)));
        return Base64Url.EncodeToString(data);
    }

    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint hash = 2166136261;
        foreach (byte b in data)
        {
            hash = (hash ^ b) * 16777619;
        }
        return hash;
    }
}
