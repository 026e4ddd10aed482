using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Clew.Server.Api.Http;

/// <summary>What all JSON answers share.</summary>
internal static class JsonText
{
    /// <summary>Bytes after which a long answer is handed on to the client.</summary>
    public const int FlushBytes = 32 * 1024;

    /// <summary>Our answers are never inlined into HTML: only what JSON itself asks for is escaped.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static readonly JsonWriterOptions Indented = Options with { Indented = true, IndentSize = 4 };

    /// <summary>Writes text that should be UTF-8; what is not becomes U+FFFD, so that no span makes an answer fail.</summary>
    public static void Utf8Value(this Utf8JsonWriter writer, ReadOnlySpan<byte> text)
    {
        if (System.Text.Unicode.Utf8.IsValid(text))
        {
            writer.WriteStringValue(text);
        }
        else
        {
            writer.WriteStringValue(Encoding.UTF8.GetString(text));
        }
    }

    public static void Utf8(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        writer.WritePropertyName(name);
        writer.Utf8Value(text);
    }

    /// <summary>A 64-bit number as a decimal string: JSON readers lose digits past 2^53.</summary>
    public static void Decimal(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ulong value)
    {
        Span<byte> text = stackalloc byte[20];
        value.TryFormat(text, out int length, provider: CultureInfo.InvariantCulture);
        writer.WriteString(name, text[..length]);
    }

    public static void DecimalValue(this Utf8JsonWriter writer, long value)
    {
        Span<byte> text = stackalloc byte[20];
        value.TryFormat(text, out int length, provider: CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }

    /// <summary>A double; what JSON has no number for as "NaN", "Infinity", "-Infinity".</summary>
    public static void DoubleValue(this Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
        }
    }

    /// <summary>Writes an answer that fits into memory, with its length.</summary>
    public static async Task WriteJsonAsync(this HttpContext context, Action<Utf8JsonWriter> write, string contentType = "application/json")
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }
        context.Response.ContentType = contentType;
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    /// <summary>Hands what has gathered on to the client, where it is enough to be worth it.</summary>
    public static async ValueTask FlushIfLongAsync(this Utf8JsonWriter writer, HttpContext context)
    {
        if (writer.BytesPending >= FlushBytes)
        {
            await writer.FlushAsync(context.RequestAborted);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }
}
