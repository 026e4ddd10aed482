using Clew.Server.Api.Http;
using Clew.Server.Api.Own;

namespace Clew.Server.Api.Health;

/// <summary>Answers supervisors; docs/operations/health.md describes it.</summary>
internal static class HealthApi
{
    /// <summary>Maps <c>/health/live</c> and <c>/health/ready</c>.</summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var status = endpoints.ServiceProvider.GetRequiredService<IStatusSource>();
        var liveness = endpoints.ServiceProvider.GetRequiredService<ILiveness>();
        endpoints.MapGet("/health/live", (RequestDelegate)(context =>
        {
            string? stuck = liveness.Stuck;
            return AnswerAsync(context, stuck is null, stuck is null ? "ok" : "error", stuck is null ? [] : [stuck]);
        }));
        endpoints.MapGet("/health/ready", (RequestDelegate)(context =>
        {
            var health = status.GetStatus().Health;
            return AnswerAsync(context, health.State != "error", health.State, health.Messages);
        }));
    }

    private static Task AnswerAsync(HttpContext context, bool isWell, string state, IReadOnlyList<string> reasons)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        return context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("state"u8, state);
            json.WriteStartArray("reasons"u8);
            foreach (string reason in reasons)
            {
                json.WriteStringValue(reason);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
