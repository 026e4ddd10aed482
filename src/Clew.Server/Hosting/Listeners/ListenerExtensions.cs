namespace Clew.Server.Hosting.Listeners;

/// <summary>Binds endpoints to listeners.</summary>
internal static class ListenerExtensions
{
    /// <summary>The configuration key of a listener's address.</summary>
    public static string Key(this Listener listener) => listener switch
    {
        Listener.OtlpGrpc => "Listen:Otlp:Grpc",
        Listener.OtlpHttp => "Listen:Otlp:Http",
        Listener.Web => "Listen:Web",
        Listener.Jaeger => "Listen:Jaeger",
        _ => throw new ArgumentOutOfRangeException(nameof(listener), listener, null),
    };

    /// <summary>A group whose endpoints answer on that listener only.</summary>
    public static RouteGroupBuilder MapListener(this IEndpointRouteBuilder endpoints, Listener listener) =>
        endpoints.MapGroup("").WithMetadata(new ListenerMetadata(listener));

    /// <summary>The listener that a request came in by; null in hosts without listeners, such as tests of one API.</summary>
    public static Listener? GetListener(this HttpContext context) => context.Features.Get<ListenerFeature>()?.Listener;
}
