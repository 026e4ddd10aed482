namespace Clew.Load.Payloads;

/// <summary>Writes one span of a shape as a template: ten attributes, an event on errors.</summary>
internal static class SpanWriter
{
    // Room for what is patched: only its length counts.
    private const string OrderId = "ord-000000000000";
    private const string RequestId = "0000000000000000";
    private const string UserId = "user-00000";

    public static (WireBuffer Bytes, SpanPatch Patch) Write(int trace, TraceShape shape, int index)
    {
        var span = shape.Spans[index];
        var (method, route) = Vocabulary.Route(span.Service, span.Route);
        int verb = span.Route % Vocabulary.Verbs.Length;
        bool isDatabase = span.Role == SpanRole.Database;
        var wire = new WireBuffer();
        var patch = new SpanPatch
        {
            Trace = trace,
            Span = index,
            Parent = span.Parent,
            Offset = span.Offset,
            Length = span.Length,
            ParentIdAt = -1,
            EventTimeAt = -1,
            RequestAt = -1,
            StatementAt = -1,
            TraceIdAt = wire.Bytes(1, new byte[16]),
            SpanIdAt = wire.Bytes(2, new byte[8]),
        };
        if (span.Parent >= 0)
        {
            patch.ParentIdAt = wire.Bytes(4, new byte[8]);
        }
        wire.Text(5, isDatabase ? $"{Vocabulary.Verbs[verb]} {Vocabulary.Table(span.Service)}" : $"{method} {route}");
        wire.Varint(6, span.Role == SpanRole.HttpServer ? 2u : 3u);
        patch.StartAt = wire.Fixed64(7);
        patch.EndAt = wire.Fixed64(8);
        if (isDatabase)
        {
            Database(wire, span, verb, ref patch);
        }
        else
        {
            Http(wire, span, method, route, ref patch);
        }
        patch.UserAt = wire.Attribute(9, "user.id", UserId) + 5;
        patch.OrderAt = wire.Attribute(9, "order.id", OrderId) + 4;
        if (span.IsError)
        {
            Error(wire, span, ref patch);
        }
        return (wire, patch);
    }

    private static void Http(WireBuffer wire, ShapeSpan span, string method, string route, ref SpanPatch patch)
    {
        wire.Attribute(9, "http.request.method", method);
        wire.Attribute(9, "http.route", route);
        wire.Attribute(9, "http.response.status_code", span.IsError ? 503 : method == "POST" ? 201 : 200);
        wire.Attribute(9, "url.scheme", "https");
        wire.Attribute(9, "server.address", $"{Vocabulary.Services[span.Service]}.shop.svc");
        wire.Attribute(9, "network.protocol.version", "1.1");
        wire.Attribute(9, "thread.id", 1 + ((span.Route * 7) % 48));
        if (span.Parent < 0)
        {
            patch.RequestAt = wire.Attribute(9, "http.request.header.x-request-id", RequestId);
        }
        else
        {
            wire.Attribute(9, "user_agent.original", "shop-mesh/4.2");
        }
    }

    private static void Database(WireBuffer wire, ShapeSpan span, int verb, ref SpanPatch patch)
    {
        patch.Statements = Vocabulary.StatementsOf(span.Service, verb);
        wire.Attribute(9, "db.system.name", "postgresql");
        wire.Attribute(9, "db.namespace", "shop");
        wire.Attribute(9, "db.operation.name", Vocabulary.Verbs[verb]);
        wire.Attribute(9, "db.collection.name", Vocabulary.Table(span.Service));
        patch.StatementAt = wire.Attribute(9, "db.query.text", System.Text.Encoding.UTF8.GetString(patch.Statements[0]));
        wire.Attribute(9, "server.address", "db-1");
        wire.Attribute(9, "server.port", 5432);
        wire.Attribute(9, "thread.id", 1 + ((span.Route * 7) % 48));
    }

    private static void Error(WireBuffer wire, ShapeSpan span, ref SpanPatch patch)
    {
        var happened = new WireBuffer();
        int time = happened.Fixed64(1);
        happened.Text(2, "exception");
        happened.Attribute(3, "exception.type", "Shop.UpstreamUnavailableException");
        happened.Attribute(3, "exception.message", $"{Vocabulary.Services[span.Service]} did not answer in time");
        happened.Attribute(3, "exception.stacktrace", $"   at Shop.Hosting.ServiceCalls.SendAsync(Request request)\n   at Shop.{Vocabulary.Services[span.Service]}.HandleAsync(Request request)\n   at Shop.Hosting.ServicePipe.RunAsync()");
        patch.EventTimeAt = wire.Bytes(11, happened.ToArray()) + time;
        var status = new WireBuffer();
        status.Text(2, "upstream unavailable");
        status.Varint(3, 2);
        wire.Bytes(15, status.ToArray());
    }
}
