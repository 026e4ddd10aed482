using System.Globalization;
using Clew.Core.Model;
using Clew.Testing;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>Spans as a shop's services send them: about 440 bytes each, ten attributes with real cardinalities, events on errors.</summary>
internal static class LoadPayload
{
    private static readonly string[] Routes = ["/cart", "/cart/{id}", "/checkout", "/product/{id}", "/search", "/pay", "/orders/{id}", "/login"];

    public static byte[] Create(int spans, int seed = 1)
    {
        var random = new Random(seed);
        var builder = new SpanBatchBuilder();
        int resource = builder.Batch.AddResource(
            builder.Attributes(
                ("service.name", "checkout"), ("service.version", "1.4.2"), ("service.instance.id", "b7c1f0de-2f0b-4f7e-9c42-0e6a9f3d1c55"),
                ("host.name", "node-17"), ("telemetry.sdk.language", "dotnet"), ("telemetry.sdk.name", "opentelemetry"), ("telemetry.sdk.version", "1.20.1")),
            0, 0);
        for (int i = 0; i < spans; i++)
        {
            bool failed = random.Next(50) == 0;
            ulong start = 1_767_225_600_000_000_000 + (ulong)random.NextInt64(1_000_000_000_000);
            int row = builder.Span(
                (ulong)random.NextInt64(1, long.MaxValue), (ulong)random.NextInt64(1, long.MaxValue), (ulong)random.NextInt64(1, long.MaxValue),
                name: "GET " + Routes[random.Next(Routes.Length)], service: "unused", start: start, end: start + (ulong)random.NextInt64(500_000_000),
                kind: SpanKind.Server, status: failed ? StatusCode.Error : StatusCode.Unset,
                attributes:
                [
                    ("http.request.method", "GET"),
                    ("http.route", Routes[random.Next(Routes.Length)]),
                    ("http.response.status_code", failed ? 500 : 200),
                    ("url.path", "/product/" + random.Next(3000).ToString(CultureInfo.InvariantCulture)),
                    ("server.address", "shop.example"),
                    ("db.query.text", "SELECT * FROM t" + random.Next(3000).ToString(CultureInfo.InvariantCulture) + " WHERE id = $1"),
                    ("user.id", "user-" + random.Next(100_000).ToString(CultureInfo.InvariantCulture)),
                    ("order.id", "order-" + random.NextInt64(1_000_000_000_000).ToString("x12", CultureInfo.InvariantCulture)),
                    ("order.value", random.NextDouble() * 100),
                    ("cache.hit", random.Next(2) == 0),
                ]);
            var s = builder.Batch.Spans;
            s.TraceIds[row] = new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64());
            s.Resources[row] = resource;
            s.Flags[row] = 0x101;
            if (failed)
            {
                var attributes = builder.Attributes(("exception.type", "TimeoutException"), ("exception.message", "The payment provider did not answer."));
                var e = builder.Batch.Events;
                int added = e.AddRow();
                e.Times[added] = start + 5;
                e.Names[added] = builder.Id("exception");
                e.Attributes[added] = attributes;
                e.DroppedAttributesCounts[added] = 0;
                s.Events[row] = new(added, 1);
            }
        }
        return OtlpProtobufEncoder.Encode(builder.Batch);
    }
}
