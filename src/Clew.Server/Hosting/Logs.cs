using System.Text.Encodings.Web;
using System.Text.Json;
using Clew.Server.Hosting.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace Clew.Server.Hosting;

/// <summary>The log's line in the composition root.</summary>
internal static class Logs
{
    public static void AddLogs(this ILoggingBuilder logging, LogFormat format)
    {
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                console.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // Both say at length what Clew says in a line: a port in use, and that HTTP/2 without TLS needs prior knowledge.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        // Says nothing that Kestrel does not; while it might, an activity is made for every request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }
}
