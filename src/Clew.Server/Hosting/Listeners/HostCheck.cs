using Clew.Server.Hosting.Configuration;

namespace Clew.Server.Hosting.Listeners;

/// <summary>
/// Refuses requests to the ports that browsers talk to when their Host header names somebody else: a page that rebinds its own
/// name to this machine must not read traces.
/// </summary>
internal static class HostCheck
{
    public static void UseHostCheck(this IApplicationBuilder app, ListenConfig config)
    {
        string[] allowed = config.AllowedHosts.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (allowed.Contains("*"))
        {
            return;
        }
        app.Use((context, next) =>
        {
            bool isChecked = context.GetListener() is Listener.Web or Listener.Jaeger;
            if (isChecked && !allowed.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
            {
                context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
                return context.Response.WriteAsync("This host name is not allowed here. Add it to Listen:AllowedHosts if it is yours.\n", context.RequestAborted);
            }
            return next(context);
        });
    }
}
