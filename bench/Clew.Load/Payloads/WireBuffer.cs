using System.Text;

namespace Clew.Load.Payloads;

/// <summary>A protobuf message under construction; methods that write a value return where it lies, to be patched later.</summary>
internal sealed class WireBuffer
{
    private readonly List<byte> bytes = [];

    public int Length => bytes.Count;

    public byte[] ToArray() => [.. bytes];

    public void Varint(int field, ulong value)
    {
        Raw((ulong)(field << 3));
        Raw(value);
    }

    public int Fixed64(int field, ulong value = 0)
    {
        Raw((ulong)((field << 3) | 1));
        int at = bytes.Count;
        for (int i = 0; i < 8; i++)
        {
            bytes.Add((byte)(value >> (8 * i)));
        }
        return at;
    }

    public int Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw((ulong)((field << 3) | 2));
        Raw((ulong)value.Length);
        int at = bytes.Count;
        bytes.AddRange(value);
        return at;
    }

    public int Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A KeyValue; returns where the text lies.</summary>
    public int Attribute(int field, string key, string value)
    {
        var any = new WireBuffer();
        int inAny = any.Text(1, value);
        return Attribute(field, key, any) + inAny;
    }

    public void Attribute(int field, string key, long value)
    {
        var any = new WireBuffer();
        any.Varint(3, (ulong)value);
        Attribute(field, key, any);
    }

    private int Attribute(int field, string key, WireBuffer value)
    {
        var pair = new WireBuffer();
        pair.Text(1, key);
        int inPair = pair.Bytes(2, value.ToArray());
        return Bytes(field, pair.ToArray()) + inPair;
    }

    private void Raw(ulong value)
    {
        while (value >= 0x80)
        {
            bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }
        bytes.Add((byte)value);
    }
}
