using System.Reflection;
using Clew.Server.Hosting;

var commandLine = CommandLine.Parse(args);
if (commandLine.Help)
{
    Console.Out.Write(HelpText.Write());
    return 0;
}
if (commandLine.Version)
{
    Console.Out.WriteLine(typeof(ClewServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
    return 0;
}
if (args is ["storage" or "sampling", ..])
{
    try
    {
        return args[0] == "storage"
            ? StorageCommand.Run(args.AsSpan(1), Console.Out)
            : SamplingCommand.Run(args.AsSpan(1), Console.Out, Console.Error);
    }
    catch (StartupException e)
    {
        Console.Error.WriteLine($"clew: {e.Message}");
        return 1;
    }
}
if (commandLine.FirstUnknownArgument() is { } unknown)
{
    Console.Error.WriteLine($"clew: '{unknown}' is not a switch, and as a configuration key it lacks its value. `clew --help` lists them all.");
    return 1;
}
try
{
    await using var server = ClewServer.Create(commandLine.ConfigurationArguments, commandLine.Demo);
    using var shutdown = server.WatchShutdown();
    await server.StartAsync(CancellationToken.None);
    await using var demo = commandLine.Demo ? server.StartDemo() : null;
    await server.WaitForShutdownAsync();
    return 0;
}
catch (OperationCanceledException)
{
    // Asked to end before it was ready, for example while it waits for a full disk: not a failure.
    return 0;
}
catch (StartupException e)
{
    Console.Error.WriteLine($"clew: {e.Message}");
    return 1;
}
