namespace Clew.Server.Hosting.Listeners;

/// <summary>The ports of Clew. Every endpoint belongs to one of them.</summary>
internal enum Listener
{
    OtlpGrpc,
    OtlpHttp,
    Web,
    Jaeger,
}
