using Shop.Cli;
using Shop.Supervision;

try
{
    return args switch
    {
        ["service", .. var rest] => await ServiceCommand.RunAsync(rest),
        ["up", .. var rest] => await UpCommand.RunAsync(rest),
        ["load", .. var rest] => await LoadCommand.RunAsync(rest),
        ["fault", .. var rest] => await ControlCommands.FaultAsync(rest),
        ["fix", .. var rest] => await ControlCommands.FixAsync(rest),
        ["status", .. var rest] => await StatusCommand.RunAsync(rest),
        ["help" or "--help" or "-h", ..] => Help(Console.Out, 0),
        _ => Help(Console.Error, 2),
    };
}
catch (Exception e) when (e is ShopException or IOException)
{
    await Console.Error.WriteLineAsync($"shop: {e.Message}");
    return 1;
}

static int Help(TextWriter writer, int code)
{
    writer.WriteLine(Usage.Text);
    return code;
}
