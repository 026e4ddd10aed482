using System.Text;

namespace Clew.Ingest.Otlp.Grpc;

/// <summary>Percent-encodes the text of <c>grpc-message</c>, so that it fits a header.</summary>
internal static class GrpcMessageText
{
    public static string Encode(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (byte b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                text.Append((char)b);
            }
            else
            {
                text.Append('%').Append("0123456789ABCDEF"[b >> 4]).Append("0123456789ABCDEF"[b & 15]);
            }
        }
        return text.ToString();
    }
}
