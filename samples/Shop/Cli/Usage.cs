namespace Shop.Cli;

/// <summary>What <c>shop help</c> says.</summary>
internal static class Usage
{
    public const string Text = """
        shop: twelve services that sell groceries and tell OpenTelemetry about it

          shop up [--load] [--rate N] [--seed S] [--ports-from P] [--attached]
              Starts everything and stays until Ctrl-C. Listens from port P on (7400; 0 lets the system choose).
              --load       sends customers too, N a second (2)
              --attached   ends as well when standard input does
          shop load [--rate N] [--duration T] [--seed S] [--target URL] [--control URL]
              Sends N customers a second (2) to a running shop, for a time such as 90s or 5m, or until Ctrl-C.
          shop fault NAME[=VALUE] [--control URL]
              Breaks something in a running shop.
          shop fix NAME[=VALUE] | --all [--control URL]
              Mends it.
          shop status [--control URL]
              Who runs where, the switches, the load.

          Switches (the first value is the one the shop starts with):
              pricing=sequential|parallel|cached   inventory=per-item|batched   orders=scan|indexed
              payment=normal|declines              fraud=normal|errors          shipping=normal|slow

          Traces go where OTEL_EXPORTER_OTLP_ENDPOINT says, by OTEL_EXPORTER_OTLP_PROTOCOL (http://localhost:4317, grpc).
        """;
}
