using Clew.Core.Files;
using Clew.Ingest.Closing;
using Clew.Ingest.Head;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Grpc;
using Clew.Ingest.Otlp.Http;
using Clew.Ingest.Pipeline;
using Clew.Server.Api;
using Clew.Server.Api.Health;
using Clew.Server.Api.Jaeger;
using Clew.Server.Api.Metrics;
using Clew.Server.Api.Own;
using Clew.Server.Hosting.Configuration;
using Clew.Server.Hosting.Demo;
using Clew.Server.Hosting.Listeners;
using Clew.Server.Hosting.WebUi;
using Clew.Server.SelfMonitoring;
using Clew.Storage;
using Clew.Storage.Embedded;
using Microsoft.AspNetCore.Connections;

namespace Clew.Server.Hosting;

/// <summary>The composition root: reads like a table of contents.</summary>
internal sealed class ClewServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ClewConfig config;
    private readonly ListenerSetup listeners;
    private readonly DataDirectoryLock held;

    private ClewServer(WebApplication app, ClewConfig config, ListenerSetup listeners, DataDirectoryLock held)
    {
        this.held = held;
        this.app = app;
        this.config = config;
        this.listeners = listeners;
    }

    /// <summary>Reads the configuration and puts the parts together; nothing listens yet.</summary>
    /// <exception cref="StartupException">The configuration is wrong, or the data directory cannot be used.</exception>
    public static ClewServer Create(string[] configurationArguments, bool demo)
    {
        var builder = WebApplication.CreateSlimBuilder(configurationArguments);
        var reader = new ConfigurationReader(builder.Configuration);
        var config = ClewConfig.Read(reader, demo);
        if (reader.Errors.Count > 0)
        {
            throw new StartupException(string.Join(Environment.NewLine + "clew: ", reader.Errors));
        }
        var held = DataDirectory.Take(config.StorageDirectory);
        var listeners = new ListenerSetup(config.Listen, config.Otlp.RequestHeadersTimeout);

        builder.Logging.AddLogs(config.Server.LogFormat);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            listeners.Configure(kestrel);
            OtlpKestrelLimits.Apply(kestrel.Limits, config.Otlp);
        });
        // What the ports wait for requests at the end, however slow their senders; what was accepted is brought to disk after that.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = config.Server.DrainTimeout);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<MatcherPolicy, ListenerMatcherPolicy>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IFileLayer>(DiskFileLayer.Instance);
        builder.Services.AddSingleton(listeners);
        builder.Services.AddSingleton(config);
        builder.Services.AddSingleton(config.Listen);
        builder.Services.AddSelfMonitoring(config.Probe, config.SelfTracing);
        builder.Services.AddOtlp(config.Otlp, config.Intake);
        builder.Services.AddJournal(config.Journal);
        builder.Services.AddSingleton<ITraceArranger, TreeArranger>();
        builder.Services.AddEmbeddedStore(config.Store);
        builder.Services.AddEmbeddedSeriesStore(config.Series);
        builder.Services.AddSampling(config.Sampling, config.Policy);
        builder.Services.AddPipeline(config.Pipeline, config.Counting);
        builder.Services.AddQuery(config.Query, static parts => [parts.GetRequiredService<SpanHead>(), parts.GetRequiredService<ISpanStore>()]);
        builder.Services.AddHostedService<FirstQuestion>();
        builder.Services.AddSingleton<IStatusSource, StatusSource>();
        builder.Services.AddSingleton(new StartTime(TimeProvider.System.GetUtcNow()));

        var app = builder.Build();
        app.UseHostCheck(config.Listen);
        app.UseResponseCompression();
        app.UseRouting();
        app.MapListener(Listener.OtlpGrpc).MapOtlpGrpc();
        app.MapListener(Listener.OtlpHttp).MapOtlpHttp();
        app.MapListener(Listener.Web).MapOwnApi();
        app.MapListener(Listener.Web).MapMetrics();
        app.MapListener(Listener.Web).MapHealth();
        app.MapListener(Listener.Web).MapWebUi();
        app.MapListener(Listener.Jaeger).MapJaegerApi(new JaegerOptions { WebUi = _ => listeners.Address(Listener.Web) is { } web ? new Uri($"http://{web}") : null });
        return new ClewServer(app, config, listeners, held);
    }

    /// <summary>Services of the running server, for tests.</summary>
    internal IServiceProvider Services => app.Services;

    /// <summary>The address of a listener once started, <c>host:port</c>; null where it is off.</summary>
    public string? Address(Listener listener) => listeners.Address(listener);

    /// <summary>Opens the data and the ports. When it returns, Clew takes traces.</summary>
    /// <exception cref="StartupException">A port is in use or may not be opened.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new StartupException($"{e.Message.TrimEnd('.')}. Another program (or another Clew) listens there; the Listen keys choose other ports.", e);
        }
        catch (InvalidDataException e)
        {
            throw new StartupException($"Storage:Directory: {e.Message}", e);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw new StartupException($"A port cannot be opened: {e.Message}. The Listen keys choose other ports.", e);
        }
        Announce();
    }

    /// <summary>Starts the sample shop against this server. Dispose it before the server.</summary>
    public DemoShop StartDemo()
    {
        string address = Address(Listener.OtlpGrpc) ?? throw new StartupException("--demo needs Listen:Otlp:Grpc.");
        var shop = new DemoShop(DemoShop.Find(), address, app.Services.GetRequiredService<ILogger<DemoShop>>());
        shop.Start();
        return shop;
    }

    /// <summary>From here on the process ends at once when it is asked to for the second time, or when ending takes too long.</summary>
    public ShutdownWatch WatchShutdown()
    {
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        var watch = new ShutdownWatch(config.Server.ShutdownTimeout, TimeProvider.System, loggers.CreateLogger("Clew"), code =>
        {
            loggers.Dispose(); // Writes what it still holds.
            Environment.Exit(code);
        });
        watch.Listen();
        return watch;
    }

    /// <summary>Returns when the process is asked to end.</summary>
    public Task WaitForShutdownAsync() => app.WaitForShutdownAsync();

    /// <summary>Stops taking traces, brings what was accepted to disk and closes the ports.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        held.Dispose();
    }

    private void Announce()
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Clew");
        foreach (var (listener, address) in config.Listen.All())
        {
            if (!address.IsLoopback)
            {
                ServerLog.ListensRemotely(logger, listener.Key(), address.ToString());
            }
        }
        ServerLog.Ready(
            logger, Address(Listener.Web) is { } web ? $"http://{web}" : "off", Address(Listener.OtlpGrpc) ?? "off",
            Address(Listener.OtlpHttp) ?? "off", Address(Listener.Jaeger) ?? "off", config.StorageDirectory);
    }
}
