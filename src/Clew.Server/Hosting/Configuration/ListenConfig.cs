using Clew.Server.Hosting.Listeners;

namespace Clew.Server.Hosting.Configuration;

/// <summary>Where Clew listens.</summary>
internal sealed record ListenConfig(
    ListenAddress OtlpGrpc, ListenAddress OtlpHttp, ListenAddress Web, ListenAddress Jaeger, bool AllowRemote, string AllowedHosts)
{
    public static ListenConfig Read(ConfigurationReader reader)
    {
        var config = new ListenConfig(
            reader.Listen("Listen:Otlp:Grpc", "localhost:4317", "OTLP over gRPC"),
            reader.Listen("Listen:Otlp:Http", "localhost:4318", "OTLP over HTTP, protobuf and JSON"),
            reader.Listen("Listen:Web", "localhost:4319", "Web UI and Clew's own API"),
            reader.Listen("Listen:Jaeger", "localhost:16686", "Jaeger's query API, version 1"),
            reader.Flag("Listen:AllowRemote", false, "Allow listening on addresses that other machines reach; there is no authentication yet"),
            reader.Text("Listen:AllowedHosts", "localhost;127.0.0.1;[::1]", "Host names that requests to the web and Jaeger ports may carry, with ';' between; '*' allows any"));
        foreach (var (listener, address) in config.All())
        {
            if (!address.IsLoopback && !config.AllowRemote)
            {
                reader.Error($"{listener.Key()}: '{address}' can be reached from other machines and Clew has no authentication yet. "
                    + "Set Listen:AllowRemote=true if that is what you want.");
            }
        }
        return config;
    }

    public IEnumerable<(Listener Listener, ListenAddress Address)> All() =>
    [
        (Listener.OtlpGrpc, OtlpGrpc), (Listener.OtlpHttp, OtlpHttp),
        (Listener.Web, Web), (Listener.Jaeger, Jaeger),
    ];
}
