using Clew.Analysis.Tests.Series;
using Clew.Core.Model;
using Clew.Testing;

namespace Clew.Analysis.Tests.Edges;

/// <summary>What the conventions say of who calls whom, case by case.</summary>
public sealed class EdgeCasesTests
{
    private readonly SpanBatchBuilder spans = new();

    [Fact]
    public void AClientSpanWithTheServerSpanOfAnotherService()
    {
        spans.Span(1, 1, service: "shop", kind: SpanKind.Server);
        spans.Span(1, 2, 1, service: "shop", kind: SpanKind.Client, attributes: ("http.request.method", "GET"));
        spans.Span(1, 3, 2, service: "pricing", kind: SpanKind.Server, status: StatusCode.Error);
        Check(
            "(outside) > shop other server_only 1",
            "shop > pricing http client 1",
            "shop > pricing http server 1 1");
    }

    [Fact]
    public void WithoutAClientSpanTheCallIsSeenByItsServerOnly()
    {
        spans.Span(1, 1, service: "shop");
        spans.Span(1, 2, 1, service: "pricing", kind: SpanKind.Server, attributes: ("rpc.system", "grpc"));
        spans.Span(1, 3, 1, service: "legacy");
        Check(
            "shop > legacy other server 1",
            "shop > pricing rpc server 1");
    }

    [Fact]
    public void BothSpansOfACallMayShareAnId()
    {
        spans.Span(1, 1, service: "shop", kind: SpanKind.Client, attributes: ("http.method", "GET"));
        spans.Span(1, 1, service: "pricing", kind: SpanKind.Server);
        spans.Span(1, 2, 1, service: "pricing", kind: SpanKind.Client, attributes: ("db.system", "redis"));
        Check(
            "pricing > redis database client_only 1",
            "shop > pricing http client 1",
            "shop > pricing http server 1");
    }

    [Fact]
    public void AServiceMayCallItself()
    {
        spans.Span(1, 1, service: "ledger", kind: SpanKind.Client);
        spans.Span(1, 2, 1, service: "ledger", kind: SpanKind.Server);
        Check("ledger > ledger other client 1", "ledger > ledger other server 1");
    }

    [Fact]
    public void OneClientSpanWithTwoAnswersIsTwoCalls()
    {
        spans.Span(1, 1, service: "shop", kind: SpanKind.Client);
        spans.Span(1, 2, 1, service: "pricing", kind: SpanKind.Server);
        spans.Span(1, 3, 1, service: "pricing", kind: SpanKind.Server);
        Check("shop > pricing other client 2", "shop > pricing other server 2");
    }

    [Fact]
    public void AServerSpanWithinItsServiceIsNoCall()
    {
        spans.Span(1, 1, service: "shop", kind: SpanKind.Server);
        spans.Span(1, 2, 1, service: "shop", kind: SpanKind.Server);
        Check("(outside) > shop other server_only 1");
    }

    [Fact]
    public void AParentThatIsNotThereIsToldApartFromNone()
    {
        spans.Span(1, 1, 99, service: "shop", kind: SpanKind.Server, attributes: ("http.request.method", "GET"));
        spans.Span(2, 1, service: "shop", kind: SpanKind.Server, attributes: ("http.request.method", "GET"));
        Check("(missing) > shop http server_only 1", "(outside) > shop http server_only 1");
    }

    [Theory]
    [InlineData("postgresql/orders", "db.system.name", "postgresql", "db.namespace", "orders")]
    [InlineData("postgresql/orders", "db.system", "postgresql", "db.name", "orders")]
    [InlineData("postgresql/orders", "db.system.name", "postgresql", "db.namespace", "orders", "server.address", "db-7")]
    [InlineData("redis/cache-1", "db.system", "redis", "net.peer.name", "cache-1")]
    [InlineData("redis/cache-1", "db.system.name", "redis", "server.address", "cache-1")]
    [InlineData("mysql", "db.system.name", "mysql", "db.query.text", "SELECT 1")]
    [InlineData("elasticsearch/es-1", "db.system.name", "elasticsearch", "server.address", "es-1", "http.request.method", "GET")]
    public void Databases(string node, params string[] attributes) => CheckClient(node, "database", attributes);

    [Theory]
    [InlineData("api.bank.example", "http", "http.request.method", "POST", "server.address", "api.bank.example", "url.full", "https://10.0.0.1/x")]
    [InlineData("api.bank.example", "http", "http.method", "POST", "net.peer.name", "api.bank.example")]
    [InlineData("api.bank.example", "http", "http.method", "POST", "http.url", "https://me:pw@api.bank.example:8443/pay?x=1@2")]
    [InlineData("api.bank.example", "http", "url.full", "http://api.bank.example?x=:80")]
    [InlineData("api.bank.example", "http", "http.method", "GET", "http.host", "api.bank.example:8080")]
    [InlineData("::1", "http", "url.full", "http://[::1]:5000/")]
    [InlineData("fe80::1", "other", "http.host", "fe80::1")]
    [InlineData("bank", "http", "peer.service", "bank", "http.request.method", "GET", "server.address", "10.0.0.1")]
    [InlineData("bank", "http", "service.peer.name", "bank", "http.request.method", "GET", "peer.service", "old")]
    [InlineData("10.0.0.9", "rpc", "rpc.system", "grpc", "network.peer.address", "10.0.0.9")]
    [InlineData("10.0.0.9", "rpc", "rpc.system.name", "grpc", "net.peer.ip", "10.0.0.9")]
    [InlineData("bank.Accounts", "rpc", "rpc.system", "grpc", "rpc.service", "bank.Accounts")]
    [InlineData("(unknown)", "other")]
    public void OutsideHosts(string node, string connection, params string[] attributes) => CheckClient(node, connection, attributes);

    [Fact]
    public void AProducerAndItsConsumer()
    {
        spans.Span(1, 1, service: "shop", kind: SpanKind.Producer, attributes: [("messaging.system", "kafka"), ("messaging.destination.name", "orders")]);
        spans.Span(1, 2, 1, service: "order", kind: SpanKind.Consumer);
        spans.Span(1, 3, 1, service: "mail", kind: SpanKind.Consumer);
        Check(
            "shop > mail messaging client 1",
            "shop > mail messaging server 1",
            "shop > order messaging client 1",
            "shop > order messaging server 1");
    }

    [Fact]
    public void AConsumerOfManyMessagesIsPairedByItsLinksAcrossTraces()
    {
        spans.Span(1, 1, service: "shop", kind: SpanKind.Producer);
        spans.Span(2, 1, service: "shop", kind: SpanKind.Producer);
        spans.Span(3, 1, service: "till", kind: SpanKind.Client, attributes: ("messaging.system", "kafka"));
        int consumer = spans.Span(4, 1, service: "order", kind: SpanKind.Consumer, attributes: ("messaging.system", "kafka"));
        ClosedTraces.Link(spans.Batch, consumer, (1, 1), (2, 1), (3, 1), (9, 9));
        Check(
            "shop > order messaging client 2",
            "shop > order messaging server 2",
            "till > order messaging client 1",
            "till > order messaging server 1");
    }

    [Theory]
    [InlineData("kafka/orders", "messaging.system", "kafka", "messaging.destination.name", "orders")]
    [InlineData("kafka/orders", "messaging.system", "kafka", "messaging.destination", "orders")]
    [InlineData("kafka/{user}", "messaging.system", "kafka", "messaging.destination.name", "u17", "messaging.destination.template", "{user}")]
    [InlineData("rabbitmq/mq-1", "messaging.system", "rabbitmq", "server.address", "mq-1")]
    [InlineData("orders", "messaging.destination.name", "orders")]
    public void QueuesSeenFromOneSide(string node, params string[] attributes)
    {
        var pairs = Pairs(attributes);
        spans.Span(1, 1, service: "shop", kind: SpanKind.Producer, attributes: pairs);
        spans.Span(2, 1, service: "till", kind: SpanKind.Client, attributes: pairs);
        spans.Span(3, 1, service: "order", kind: SpanKind.Consumer, attributes: pairs);
        spans.Span(4, 1, service: "batch", kind: SpanKind.Client, attributes: [.. pairs, ("messaging.operation.type", "receive")]);
        Check(
            $"{node} > batch messaging server_only 1",
            $"{node} > order messaging server_only 1",
            $"shop > {node} messaging client_only 1",
            $"till > {node} messaging client_only 1");
    }

    [Fact]
    public void TakingAndSettlingMessagesDoNotCountWhereWorkingOnThemDoes()
    {
        (string, object?)[] queue = [("messaging.system", "kafka"), ("messaging.destination.name", "orders")];
        spans.Span(1, 1, service: "order", kind: SpanKind.Client, attributes: [.. queue, ("messaging.operation.type", "receive")]);
        spans.Span(1, 2, 1, service: "order", kind: SpanKind.Consumer, attributes: [.. queue, ("messaging.operation.type", "process")]);
        spans.Span(1, 3, 1, service: "order", kind: SpanKind.Consumer, attributes: [.. queue, ("messaging.operation", "process")]);
        spans.Span(1, 4, 1, service: "order", kind: SpanKind.Client, attributes: [.. queue, ("messaging.operation.type", "settle")]);
        Check("kafka/orders > order messaging server_only 2");
    }

    [Fact]
    public void OfCreatingAndSendingAMessageTheOneThatPairsOrSendsCounts()
    {
        (string, object?)[] queue = [("messaging.system", "kafka"), ("messaging.destination.name", "orders")];
        spans.Span(1, 1, service: "shop", kind: SpanKind.Producer, attributes: [.. queue, ("messaging.operation.type", "create")]);
        spans.Span(1, 2, 1, service: "shop", kind: SpanKind.Client, attributes: [.. queue, ("messaging.operation.type", "send")]);
        Check("shop > kafka/orders messaging client_only 1");
    }

    [Fact]
    public void OfCallsOneWithinTheOtherOneCounts()
    {
        spans.Span(1, 1, service: "shop");
        spans.Span(1, 2, 1, service: "shop", kind: SpanKind.Client, attributes: [("db.system.name", "elasticsearch"), ("db.namespace", "items")]);
        spans.Span(1, 3, 2, service: "shop", kind: SpanKind.Client, attributes: [("http.request.method", "GET"), ("server.address", "es-1")]);
        spans.Span(1, 4, 3, service: "shop", kind: SpanKind.Client, attributes: [("server.address", "es-1")]);
        spans.Span(1, 5, 1, service: "shop", kind: SpanKind.Client, attributes: [("rpc.system", "aws-api"), ("rpc.service", "S3")]);
        spans.Span(1, 6, 5, service: "shop", kind: SpanKind.Client, attributes: [("http.request.method", "GET"), ("server.address", "s3.example")]);
        Check(
            "shop > elasticsearch/items database client_only 1",
            "shop > s3.example http client_only 1");
    }

    [Fact]
    public void ARootServerMayNameItsCaller()
    {
        spans.Span(1, 1, service: "shop", kind: SpanKind.Server, attributes: [("peer.service", "partner"), ("server.address", "shop.example")]);
        Check("partner > shop other server_only 1");
    }

    [Fact]
    public void ACalledSpanMayCallInItsTurn()
    {
        spans.Span(1, 1, service: "shop", kind: SpanKind.Client);
        spans.Span(1, 2, 1, service: "gateway", kind: SpanKind.Client, attributes: ("peer.service", "bank"));
        Check(
            "gateway > bank other client_only 1",
            "shop > gateway other client 1",
            "shop > gateway other server 1");
    }

    [Fact]
    public void SpansFarApartInDepthFindTheirParents()
    {
        spans.Span(1, 1, service: "shop", kind: SpanKind.Client);
        spans.Span(1, 2, 1, service: "a", kind: SpanKind.Server, start: 1);
        spans.Span(1, 3, 2, service: "a", start: 1);
        spans.Span(1, 4, 1, service: "b", kind: SpanKind.Server, start: 2);
        spans.Span(1, 5, service: "c", kind: SpanKind.Server, start: 3);
        Check(
            "(outside) > c other server_only 1",
            "shop > a other client 1",
            "shop > a other server 1",
            "shop > b other client 1",
            "shop > b other server 1");
    }

    private void CheckClient(string node, string connection, string[] attributes)
    {
        spans.Span(1, 1, service: "shop", kind: SpanKind.Client, status: StatusCode.Error, attributes: Pairs(attributes));
        Check($"shop > {node} {connection} client_only 1 1");
    }

    private void Check(params string[] edges) => Assert.Equal(edges.Order(StringComparer.Ordinal), EdgeText.Of(spans.Batch));

    private static (string, object?)[] Pairs(string[] attributes) =>
        [.. attributes.Chunk(2).Select(pair => (pair[0], (object?)pair[1]))];
}
