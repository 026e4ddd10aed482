using Shop.Faults;

namespace Shop.Hosting;

/// <summary>
/// The line between a service and its supervisor: commands come in on standard input, answers go out on standard output.
/// When the input ends, for whatever reason, the supervisor is gone and the service ends too.
/// </summary>
/// <remarks>
/// In: <c>addresses NAME=PORT …</c>, answered by <c>ready</c>; <c>set NAME=VALUE</c>, answered by <c>done NAME=VALUE</c>.
/// Out, first of all: <c>listening PORT</c>.
/// </remarks>
internal sealed class ServicePipe(TextReader input, TextWriter output, AddressBook addresses, SwitchBoard switches)
{
    /// <summary>Says where the service listens, then obeys until the input ends.</summary>
    public async Task RunAsync(int port)
    {
        await SayAsync($"listening {port}");
        while (await input.ReadLineAsync() is { } line)
        {
            if (Argument(line, "addresses ") is { } table)
            {
                addresses.Replace(AddressBook.Parse(table));
                await SayAsync("ready");
            }
            else if (Argument(line, "set ") is { } text && SwitchCatalog.TryParse(text, known => known.Initial, out var assignment, out _))
            {
                switches.Set(assignment);
                await SayAsync($"done {assignment}");
            }
        }
    }

    private static string? Argument(string line, string command)
        => line.StartsWith(command, StringComparison.Ordinal) ? line[command.Length..] : null;

    private async Task SayAsync(string line)
    {
        await output.WriteLineAsync(line);
        await output.FlushAsync();
    }
}
