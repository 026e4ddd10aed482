using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>
/// One HTTP/2 connection that sends one export after the other with blocking calls. Once it has its size it allocates nothing, so that what
/// the process allocates is the server's.
/// </summary>
internal sealed class BareGrpcClient : IDisposable
{
    private const int FrameHead = 9;
    private const int MaxFrame = 16 * 1024;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte WindowUpdate = 8;
    private const byte EndStream = 1;
    private const byte Acknowledge = 1;
    private const byte EndHeaders = 4;

    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] headers;
    private readonly byte[] request;
    private readonly byte[] received = new byte[64 * 1024];
    private int held;
    private int stream = -1;
    private long window = 65_535; // of the connection; a stream's is larger than a request

    public BareGrpcClient(IPEndPoint server, ReadOnlySpan<byte> message)
    {
        // Literals without indexing: the text of every header is sent each time.
        List<byte> block = [0x83, 0x86];
        Literal(block, [0x04], "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
        Literal(block, [0x01], "localhost");
        Literal(block, [0x0F, 0x10], "application/grpc");
        block.Add(0);
        Literal(block, [], "te");
        Literal(block, [], "trailers");
        headers = [.. Frame(Headers, EndHeaders, block.Count), .. block];
        request = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(1), message.Length);
        message.CopyTo(request.AsSpan(5));
        socket.NoDelay = true;
        socket.Connect(server);
        Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Send([.. Frame(Settings, 0, 6), 0, 1, 0, 0, 0, 0]); // No table of headers: answers are read as they are.
    }

    /// <summary>Sends the message and reads the answer to its end. True where the call succeeded.</summary>
    public bool Export()
    {
        stream += 2;
        BinaryPrimitives.WriteInt32BigEndian(headers.AsSpan(5), stream);
        Send(headers);
        Span<byte> head = stackalloc byte[FrameHead];
        for (int sent = 0; sent < request.Length;)
        {
            int count = Math.Min(MaxFrame, request.Length - sent);
            while (window < count)
            {
                ReadFrame(out _);
            }
            window -= count;
            WriteHead(head, Data, sent + count == request.Length ? EndStream : (byte)0, count, stream);
            Send(head);
            Send(request.AsSpan(sent, count));
            sent += count;
        }
        bool succeeded = false;
        bool ends = false;
        while (!ends)
        {
            ends = ReadFrame(out bool saysOk);
            succeeded |= saysOk;
        }
        return succeeded;
    }

    public void Dispose() => socket.Dispose();

    // True at the end of the stream.
    private bool ReadFrame(out bool saysOk)
    {
        Fill(FrameHead);
        int length = (received[0] << 16) | (received[1] << 8) | received[2];
        Fill(FrameHead + length);
        byte type = received[3];
        byte flags = received[4];
        var content = received.AsSpan(FrameHead, length);
        saysOk = type == Headers && (flags & EndStream) != 0 && content.IndexOf("grpc-status\u00010"u8) >= 0;
        bool ends = type is Headers or Data && (flags & EndStream) != 0;
        if (type == WindowUpdate && BinaryPrimitives.ReadInt32BigEndian(received.AsSpan(5)) == 0)
        {
            window += BinaryPrimitives.ReadInt32BigEndian(content);
        }
        else if (type == Settings && (flags & Acknowledge) == 0)
        {
            Send(Frame(Settings, Acknowledge, 0));
        }
        else if (type == Ping)
        {
            throw new IOException("A ping was not expected.");
        }
        held -= FrameHead + length;
        received.AsSpan(FrameHead + length, held).CopyTo(received);
        return ends;
    }

    private void Fill(int bytes)
    {
        while (held < bytes)
        {
            int more = socket.Receive(received.AsSpan(held));
            held += more > 0 ? more : throw new IOException("The server closed the connection.");
        }
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    private static byte[] Frame(byte type, byte flags, int length)
    {
        byte[] head = new byte[FrameHead];
        WriteHead(head, type, flags, length, 0);
        return head;
    }

    private static void WriteHead(Span<byte> head, byte type, byte flags, int length, int stream)
    {
        BinaryPrimitives.WriteInt32BigEndian(head, length << 8);
        head[3] = type;
        head[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
    }

    private static void Literal(List<byte> block, ReadOnlySpan<byte> name, string value)
    {
        block.AddRange(name);
        block.Add((byte)value.Length);
        block.AddRange(Encoding.ASCII.GetBytes(value));
    }
}
