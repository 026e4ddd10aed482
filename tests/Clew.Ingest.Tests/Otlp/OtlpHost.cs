using System.Net;
using Clew.Core.Columns;
using Clew.Ingest.Intake;
using Clew.Ingest.Otlp;
using Clew.Ingest.Otlp.Grpc;
using Clew.Ingest.Otlp.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>The receivers on a real Kestrel, on ports that the system chose, with an intake that keeps what it is given.</summary>
internal sealed class OtlpHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private OtlpHost(WebApplication app, KeepingIntake intake)
    {
        this.app = app;
        Intake = intake;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a)).ToList();
        Http = addresses[0];
        Grpc = addresses[1];
        Client = new HttpClient { BaseAddress = Http };
        GrpcClient = new HttpClient
        {
            BaseAddress = Grpc,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public Uri Http { get; }

    public Uri Grpc { get; }

    public HttpClient Client { get; }

    public HttpClient GrpcClient { get; }

    public KeepingIntake Intake { get; }

    public OtlpStatistics Statistics => app.Services.GetRequiredService<OtlpStatistics>();

    public RefusedPeriods Refusals => app.Services.GetRequiredService<RefusedPeriods>();

    public static async Task<OtlpHost> StartAsync(
        OtlpOptions? options = null, ISpanIntake? intake = null, IntakeOptions? limits = null, TimeProvider? clock = null, IIntakeTenantResolver? tenants = null)
    {
        options ??= new OtlpOptions();
        var keeping = new KeepingIntake();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(intake ?? keeping);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        if (tenants is not null)
        {
            builder.Services.AddSingleton(tenants);
        }
        builder.Services.AddOtlp(options, limits);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            OtlpKestrelLimits.Apply(kestrel.Limits, options);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.MapOtlpHttp();
        app.MapOtlpGrpc();
        await app.StartAsync();
        return new OtlpHost(app, keeping);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        GrpcClient.Dispose();
        await app.DisposeAsync();
    }
}

/// <summary>Keeps a copy of every span it is given; answers as it is told to.</summary>
internal sealed class KeepingIntake : ISpanIntake
{
    private readonly Lock mutex = new();
    private readonly SpanBatchCopier copier = new(new SpanBatch());

    public IntakeOutcome Outcome { get; set; }

    /// <summary>Completed when a payload may be answered; set by a test that wants it to wait.</summary>
    public TaskCompletionSource? Hold { get; set; }

    /// <summary>Completes when a payload has come in.</summary>
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<PayloadFormat> Formats { get; } = [];

    public List<string> Tenants { get; } = [];

    public SpanBatch Batch => copier.Destination;

    public async ValueTask<IntakeOutcome> AcceptAsync(IngestPayload payload, SpanBatch spans, CancellationToken cancellationToken)
    {
        Entered.TrySetResult();
        if (Hold is { } hold)
        {
            await hold.Task.WaitAsync(cancellationToken);
        }
        if (Outcome == IntakeOutcome.Accepted)
        {
            lock (mutex)
            {
                Formats.Add(payload.Format);
                Tenants.Add(payload.Tenant.Name);
                copier.Begin(spans);
                for (int i = 0; i < spans.Count; i++)
                {
                    copier.Copy(i);
                }
            }
        }
        return Outcome;
    }
}
