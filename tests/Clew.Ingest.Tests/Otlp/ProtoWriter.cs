using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>Writes protobuf fields one after another, the obvious way.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();

    public ProtoWriter Varint(int field, ulong value) => Tag(field, 0).Raw(value);

    public ProtoWriter Fixed64(int field, ulong value)
    {
        Tag(field, 1);
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, value);
        bytes.Write(buffer);
        return this;
    }

    public ProtoWriter Fixed32(int field, uint value)
    {
        Tag(field, 5);
        Span<byte> buffer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(buffer, value);
        bytes.Write(buffer);
        return this;
    }

    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> content)
    {
        Tag(field, 2).Raw((ulong)content.Length);
        bytes.Write(content);
        return this;
    }

    public ProtoWriter Text(int field, string content) => Bytes(field, Encoding.UTF8.GetBytes(content));

    public ProtoWriter Message(int field, ProtoWriter message) => Bytes(field, message.ToArray());

    public ProtoWriter Message(int field, Action<ProtoWriter> write)
    {
        var message = new ProtoWriter();
        write(message);
        return Message(field, message);
    }

    public ProtoWriter Append(params byte[] raw)
    {
        bytes.Write(raw);
        return this;
    }

    public ProtoWriter Tag(int field, int wireType) => Raw(((ulong)field << 3) | (uint)wireType);

    public ProtoWriter Raw(ulong varint)
    {
        while (varint >= 0x80)
        {
            bytes.Write([(byte)(varint | 0x80)]);
            varint >>= 7;
        }
        bytes.Write([(byte)varint]);
        return this;
    }
}
