using System.Buffers;
using Clew.Core.Model;
using Clew.Query;
using Clew.Query.Search;
using Clew.Server.Api.Own;

namespace Clew.Server.Hosting;

/// <summary>
/// Asks for the newest trace before the ports open: the first one to ask pays for what the runtime prepares on first use, some 40 ms of
/// it, and that is not to be a user.
/// </summary>
/// <remarks>
/// Gives up after <see cref="Patience"/>. Failure policy: none is told; what cannot be read is told of when somebody asks for it. Starts
/// after the pipeline, whose recovery brings back what is newest.
/// </remarks>
internal sealed class FirstQuestion(QueryEngine engine, TimeProvider clock) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await AskAsync(new QueryScope(Tenant.Default), either.Token);
        }
#pragma warning disable CA1031 // Nobody has asked yet: whoever does hears of it.
        catch (Exception exception) when (exception is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task AskAsync(QueryScope scope, CancellationToken cancellationToken)
    {
        var page = await engine.SearchAsync(scope, new TraceQuery { Limit = 1 }, SearchAnswer.Projector(), cancellationToken);
        if (page.Traces is [var newest] && await engine.ReadTraceAsync(scope, newest.TraceId, cancellationToken) is { } trace)
        {
            ArrayPool<byte>.Shared.Return(SkeletonWriter.Write(trace).Buffer);
        }
    }
}
