using Clew.Load.Payloads;

namespace Clew.Load.Targets;

/// <summary>The target of a run as the options name it: a server started for it, or one that runs already.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly string? program;
    private readonly string[] arguments;
    private readonly bool deleteData;

    private Session(Options options)
    {
        program = options.Text("start-server");
        arguments = options.ServerArguments;
        Connections = (int)options.Number("connections", 4);
        Shape = options.Choice("shape", LoadShape.Whole);
        Seed = (int)options.Number("seed", 1);
        Json = options.Text("json");
        bool keep = options.Flag("keep");
        deleteData = options.Text("data") is null && !keep;
    }

    public Target Target { get; private set; } = null!;

    public OwnServer? Server { get; private set; }

    public int Connections { get; }

    public LoadShape Shape { get; }

    public int Seed { get; }

    /// <summary>Where the JSON goes, or null.</summary>
    public string? Json { get; }

    public static async Task<Session> OpenAsync(Options options)
    {
        var session = new Session(options);
        var url = options.Address("url");
        var (clew, jaeger) = (options.Address("clew"), options.Address("jaeger"));
        int pid = (int)options.Number("pid", 0);
        string? data = options.Text("data");
        if (session.program is not null)
        {
            data ??= Directory.CreateTempSubdirectory("clew-load-").FullName;
            await session.StartAsync(data);
        }
        else if (url is not null)
        {
            url = url.AbsolutePath == "/" ? new Uri(url, "/v1/traces") : url;
            session.Target = new Target(url, clew, jaeger, pid == 0 ? null : pid, data);
        }
        else
        {
            throw new UsageException("Give --start-server PROGRAM or --url ADDRESS.");
        }
        return session;
    }

    /// <summary>Starts the own server (again) on the same data.</summary>
    public async Task RestartAsync() => await StartAsync(Target.Directory!);

    public async ValueTask DisposeAsync()
    {
        Server?.Dispose();
        if (Server is not null && deleteData)
        {
            Directory.Delete(Target.Directory!, recursive: true);
        }
        await ValueTask.CompletedTask;
    }

    private async Task StartAsync(string data)
    {
        Server?.Dispose();
        Server = await OwnServer.StartAsync(program!, data, arguments);
        Target = Server.Target;
    }
}
