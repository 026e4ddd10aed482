using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Shop.Faults;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Supervision;

/// <summary>
/// Tells how the shop is and sets its switches, on loopback. What changes something asks for the header
/// <c>Shop-Control</c>, which no page of another origin can send.
/// </summary>
internal static class ControlEndpoint
{
    public const string Header = "Shop-Control";

    /// <exception cref="IOException">The port is taken.</exception>
    public static Task<WebApplication> StartAsync(int port, Func<ShopStatus> status, Func<SwitchAssignment, Task> set)
        => LoopbackServer.StartAsync([port], app =>
        {
            app.UseRouting();
            app.MapGet("/status", http => http.WriteJsonAsync(status(), ShopJson.Default.ShopStatus));
            app.MapPut("/switches/{name}/{value}", async http =>
            {
                string text = $"{http.Route("name")}={http.Route("value")}";
                if (!http.Request.Headers.ContainsKey(Header))
                {
                    await RefuseAsync(http, StatusCodes.Status403Forbidden, $"The header {Header} is missing.");
                }
                else if (!SwitchCatalog.TryParse(text, known => known.Initial, out var assignment, out string? error))
                {
                    await RefuseAsync(http, StatusCodes.Status400BadRequest, error);
                }
                else
                {
                    await set(assignment);
                    await http.WriteJsonAsync(new Done(), ShopJson.Default.Done);
                }
            });
        });

    private static Task RefuseAsync(HttpContext http, int status, string title)
    {
        http.Response.StatusCode = status;
        return http.WriteJsonAsync(new Problem(title), ShopJson.Default.Problem);
    }
}
