using System.Globalization;
using System.Text;
using Shop.Model;

namespace Shop.Cli;

/// <summary><c>shop status</c>, and how a status is written.</summary>
internal static class StatusCommand
{
    public static async Task<int> RunAsync(IEnumerable<string> rest)
    {
        using var control = ControlCommands.Connect(new Arguments(rest, ["control"], []));
        Console.WriteLine(Format(await control.StatusAsync()));
        return 0;
    }

    public static string Format(ShopStatus status)
    {
        var text = new StringBuilder();
        foreach (var service in status.Services)
        {
            string state = service.Running ? "" : "  ended";
            string restarts = service.Restarts > 0 ? $"  started again {service.Restarts}x" : "";
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"  {service.Name,-13} {service.Version,-8} http://127.0.0.1:{service.Port,-6} pid {service.Process}{state}{restarts}");
        }

        foreach (var (name, port) in status.Partners)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {name,-13} {"partner",-8} http://127.0.0.1:{port}");
        text.Append("  ").AppendJoin("  ", status.Switches.Select(entry => $"{entry.Key}={entry.Value}"));
        if (status.Load is { } load)
            text.AppendLine().Append("  ").Append(Format(load));
        return text.ToString();
    }

    public static string Format(LoadStatus load) => string.Create(
        CultureInfo.InvariantCulture,
        $"{load.Sessions} customers ({load.Active} now, {load.Rate} a second), {load.Requests} requests, {load.Orders} orders, {load.Failures} failures, {load.TurnedAway} turned away");
}
