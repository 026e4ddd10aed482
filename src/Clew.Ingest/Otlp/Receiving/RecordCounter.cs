using System.Text.Json;
using System.Text.Unicode;
using Clew.Ingest.Otlp.Json;
using Clew.Ingest.Otlp.Protobuf;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>Counts the records of a payload of a signal that is not kept, so that the sender is told truly how many were rejected.</summary>
internal static class RecordCounter
{
    /// <summary>Fields to go down, one entry a level; the last level's are the records.</summary>
    private static readonly Level[] Logs = [new([1], ["resourceLogs"]), new([2], ["scopeLogs"]), new([2], ["logRecords"])];

    private static readonly Level[] Profiles = [new([1], ["resourceProfiles"]), new([2], ["scopeProfiles"]), new([2], ["profiles"])];

    private static readonly Level[] Metrics =
    [
        new([1], ["resourceMetrics"]),
        new([2], ["scopeMetrics"]),
        new([2], ["metrics"]),
        new([5, 7, 9, 10, 11], ["gauge", "sum", "histogram", "exponentialHistogram", "summary"]),
        new([1], ["dataPoints"]),
    ];

    private static readonly Level[] Traces = [new([1], ["resourceSpans"]), new([2], ["scopeSpans"]), new([2], ["spans"])];

    /// <summary>Null, or why the payload is malformed.</summary>
    public static string? Count(OtlpSignal signal, bool isJson, ReadOnlySpan<byte> payload, OtlpOptions options, out long count)
    {
        var levels = signal switch
        {
            OtlpSignal.Logs => Logs,
            OtlpSignal.Metrics => Metrics,
            OtlpSignal.Profiles => Profiles,
            _ => Traces,
        };
        count = 0;
        if (!isJson)
        {
            return TryCount(payload, 0, payload.Length, levels, ref count) ? null : OtlpErrors.MalformedProtobuf;
        }
        if (!Utf8.IsValid(payload))
        {
            return OtlpErrors.InvalidUtf8;
        }
        try
        {
            var json = new Utf8JsonReader(payload, OtlpJson.ReaderOptions(options));
            json.Read();
            CountJson(ref json, levels, ref count);
            json.Read();
            return null;
        }
        catch (JsonException e)
        {
            return OtlpErrors.MalformedJson + e.Message;
        }
    }

    private static bool TryCount(ReadOnlySpan<byte> data, int start, int end, ReadOnlySpan<Level> levels, ref long count)
    {
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            if ((cursor.Tag & 7) != 2 || !levels[0].Numbers.Contains((int)(cursor.Tag >> 3)))
            {
                continue;
            }
            if (levels.Length == 1)
            {
                count++;
            }
            else if (!TryCount(data, cursor.Start, cursor.Start + cursor.Length, levels[1..], ref count))
            {
                return false;
            }
        }
        return !cursor.Failed;
    }

    private static void CountJson(ref Utf8JsonReader json, ReadOnlySpan<Level> levels, ref long count)
    {
        json.Expect(JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool down = levels[0].Holds(json);
            json.Read();
            if (!down || json.TokenType == JsonTokenType.Null)
            {
                json.Skip();
            }
            else if (json.TokenType == JsonTokenType.StartObject && levels.Length > 1)
            {
                CountJson(ref json, levels[1..], ref count);
            }
            else
            {
                json.Expect(JsonTokenType.StartArray);
                while (json.NextElement())
                {
                    if (levels.Length > 1)
                    {
                        CountJson(ref json, levels[1..], ref count);
                    }
                    else
                    {
                        count++;
                        json.Skip();
                    }
                }
            }
        }
    }

    private sealed record Level(int[] Numbers, string[] Names)
    {
        public bool Holds(in Utf8JsonReader name)
        {
            foreach (string candidate in Names)
            {
                if (name.ValueTextEquals(candidate) || name.ValueTextEquals(SnakeCase(candidate)))
                {
                    return true;
                }
            }
            return false;
        }

        private static string SnakeCase(string camelCase) =>
            string.Concat(camelCase.Select(c => char.IsAsciiLetterUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString()));
    }
}
