using Clew.Ingest.Intake;
using Clew.Ingest.Otlp.Grpc;
using Clew.Ingest.Otlp.Http;
using Clew.Ingest.Otlp.Json;
using Clew.Ingest.Otlp.Protobuf;
using Clew.Ingest.Otlp.Receiving;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Clew.Ingest.Otlp;

/// <summary>Registers the OTLP receivers.</summary>
public static class OtlpServices
{
    /// <summary>
    /// Registers readers (also as <see cref="IPayloadReader"/>, for the journal's replay), handlers and <see cref="OtlpStatistics"/>. The
    /// host adds an <see cref="ISpanIntake"/>; an <see cref="IIngressHook"/> and an
    /// <see cref="IIntakeTenantResolver"/> if it has one.
    /// </summary>
    /// <exception cref="ArgumentException">A bound is out of its range; the message begins with its name.</exception>
    public static IServiceCollection AddOtlp(this IServiceCollection services, OtlpOptions options, IntakeOptions? intake = null)
    {
        if (options.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IIngressHook, NoIngressHook>();
        intake ??= new IntakeOptions();
        intake.Validate();
        services.TryAddSingleton<IIntakeTenantResolver, SingleTenant>();
        services.AddSingleton(provider => new IntakeLimit(intake, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RefusedPeriods>();
        services.AddSingleton<IntakeLanes>();
        services.AddSingleton(options);
        services.AddSingleton(new BufferBudget(options.MaxBufferedBytes));
        services.AddSingleton(new RequestGate(options.MaxConcurrentRequests));
        // Of the whole server: it has one kind of memory and one way of reading for all its ports.
        services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBlocks.Factory>();
        // What arrives is read and handled on the thread that was woken for it, which is one of the pool, in place of two hops further.
        services.Configure<SocketTransportOptions>(static sockets => sockets.UnsafePreferInlineScheduling = true);
        services.AddSingleton<OtlpProtobufReader>();
        services.AddSingleton<OtlpJsonReader>();
        services.AddSingleton<IPayloadReader>(provider => provider.GetRequiredService<OtlpProtobufReader>());
        services.AddSingleton<IPayloadReader>(provider => provider.GetRequiredService<OtlpJsonReader>());
        services.AddSingleton<SpanBatchPool>();
        services.AddSingleton<OtlpStatistics>();
        services.AddSingleton<OtlpLog>();
        services.AddSingleton(static parts => new OtlpBounds(
            parts.GetRequiredService<RequestGate>(), parts.GetRequiredService<BufferBudget>(), parts.GetRequiredService<SpanBatchPool>(),
            parts.GetRequiredService<RefusedPeriods>()));
        services.AddSingleton<PayloadReceiver>();
        services.AddSingleton<OtlpHttpHandler>();
        services.AddSingleton<OtlpGrpcHandler>();
        return services;
    }
}
