using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Clew.Load.Sending;

/// <summary>One HTTP/1.1 connection to an OTLP endpoint, used by one thread. Reconnects after a failure.</summary>
/// <param name="endpoint">The full address, e.g. <c>http://127.0.0.1:4318/v1/traces</c>.</param>
internal sealed class OtlpConnection(Uri endpoint) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[] answer = new byte[16 * 1024];
    private Socket? socket;

    /// <summary>The head of a request with a body of that length.</summary>
    public static byte[] Head(Uri endpoint, int length) => Encoding.ASCII.GetBytes(
        $"POST {endpoint.PathAndQuery} HTTP/1.1\r\nHost: {endpoint.Authority}\r\nContent-Type: application/x-protobuf\r\nContent-Length: {length}\r\n\r\n");

    /// <summary>Sends a whole request and reads its answer.</summary>
    /// <exception cref="IOException">The connection broke, or the answer is none.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public OtlpAnswer Post(ReadOnlySpan<byte> request)
    {
        try
        {
            socket ??= Connect();
            while (!request.IsEmpty)
            {
                request = request[socket.Send(request)..];
            }
            return Receive(socket);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private Socket Connect()
    {
        var made = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = (int)Patience.TotalMilliseconds };
        made.Connect(endpoint.Host, endpoint.Port);
        return made;
    }

    private OtlpAnswer Receive(Socket from)
    {
        int held = 0;
        int head = -1;
        int body = 0;
        bool chunked = false;
        while (true)
        {
            int more = held < answer.Length ? from.Receive(answer.AsSpan(held)) : throw new IOException("The answer is too long.");
            held += more > 0 ? more : throw new IOException("The server closed the connection.");
            var text = answer.AsSpan(0, held);
            if (head < 0 && text.IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                head = end + 4;
                string fields = Encoding.ASCII.GetString(text[..end]);
                chunked = fields.Contains("chunked", StringComparison.OrdinalIgnoreCase);
                body = Field(fields, "content-length");
                if (fields.Contains("connection: close", StringComparison.OrdinalIgnoreCase))
                {
                    Dispose();
                }
            }
            if (head >= 0 && (chunked ? text.EndsWith("0\r\n\r\n"u8) : held >= head + body))
            {
                int status = int.Parse(text.Slice(9, 3), CultureInfo.InvariantCulture);
                return new OtlpAnswer(status, held - head, Encoding.ASCII.GetString(status >= 300 ? text : default));
            }
        }
    }

    private static int Field(string head, string name)
    {
        foreach (string line in head.Split("\r\n"))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return int.Parse(line.AsSpan(colon + 1).Trim(), CultureInfo.InvariantCulture);
            }
        }
        return 0;
    }
}

/// <summary>What the server answered. A body on 200 says that something was not taken, or nothing at all.</summary>
internal readonly record struct OtlpAnswer(int Status, int BodyBytes, string Problem);
