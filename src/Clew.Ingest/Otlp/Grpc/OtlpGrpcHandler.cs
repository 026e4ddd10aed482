using System.Globalization;
using Clew.Ingest.Otlp.Receiving;
using Clew.Ingest.Otlp.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Ingest.Otlp.Grpc;

/// <summary>Answers one unary gRPC call of an export service, on plain Kestrel HTTP/2.</summary>
/// <remarks>
/// The order is that of the HTTP handler: headers, then the body without a place, then a place for the work. An error is answered with
/// headers alone ("trailers-only"), success with one message and trailers.
/// </remarks>
internal sealed class OtlpGrpcHandler(
    PayloadReceiver receiver, IntakeLanes lanes, RequestGate gate, BufferBudget budget, OtlpOptions options)
{
    private const string ContentType = "application/grpc";

    // A whole answer for the usual case: an export response with nothing set.
    private static readonly byte[] EmptyMessage = GrpcFrame.Create([]);

    /// <summary>A path that is no export service.</summary>
    public static async Task UnknownAsync(HttpContext context)
    {
        if (IsGrpc(context))
        {
            await BodyReader.DrainAsync(context);
            await ErrorAsync(context, RpcCode.Unimplemented, "There is no such service or method.");
        }
    }

    public async Task ExportAsync(HttpContext context, OtlpSignal signal)
    {
        if (!IsGrpc(context))
        {
            return;
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = null;
        }
        string? encoding = context.Request.Headers["grpc-encoding"];
        bool isGzip = string.Equals(encoding, "gzip", StringComparison.OrdinalIgnoreCase);
        if (!isGzip && !string.IsNullOrEmpty(encoding) && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            await BodyReader.DrainAsync(context);
            await ErrorAsync(context, RpcCode.Unimplemented, "The grpc-encoding must be gzip, identity or absent.");
            return;
        }
        var lane = lanes.Of(context);
        if (!lane.MayPass(signal, out var wait))
        {
            await BodyReader.DrainAsync(context);
            await RefuseAsync(context, lane, OtlpErrors.OverTheCap, wait);
            return;
        }
        if (gate.IsFull)
        {
            await BodyReader.DrainAsync(context);
            await RefuseAsync(context, lane, "The server is busy with other requests.");
            return;
        }
        using var frame = new PayloadBuffer(budget);
        using var decompressed = new PayloadBuffer(budget);
        try
        {
            var error = await GrpcFrame.ReadAsync(context.Request.BodyReader, frame, options.MaxPayloadBytes, context.RequestAborted);
            if (error != PayloadError.None)
            {
                await BodyReader.DrainAsync(context);
                await ErrorAsync(context, lane, error);
                return;
            }
            if (GrpcFrame.IsCompressed(frame) && !isGzip)
            {
                await ErrorAsync(context, RpcCode.Internal, "The message is compressed, but grpc-encoding does not say how.");
                return;
            }
            if (!lane.MayPass(signal, out wait))
            {
                await RefuseAsync(context, lane, OtlpErrors.OverTheCap, wait);
                return;
            }
            if (!gate.TryEnter())
            {
                await RefuseAsync(context, lane, "The server is busy with other requests.");
                return;
            }
            ReceiveResult result;
            try
            {
                bool isCompressed = GrpcFrame.IsCompressed(frame);
                error = isCompressed
                    ? Gzip.Decompress(frame.Content[GrpcFrame.HeaderBytes..], decompressed, options.MaxPayloadBytes)
                    : PayloadError.None;
                if (error != PayloadError.None)
                {
                    await ErrorAsync(context, lane, error);
                    return;
                }
                result = isCompressed
                    ? await receiver.ReceiveAsync(lane, signal, isJson: false, decompressed, 0, context.RequestAborted)
                    : await receiver.ReceiveAsync(lane, signal, isJson: false, frame, GrpcFrame.HeaderBytes, context.RequestAborted);
            }
            finally
            {
                gate.Leave();
            }
            await AnswerAsync(context, lane, result);
        }
        catch (BadHttpRequestException e)
        {
            await ErrorAsync(context, RpcCode.InvalidArgument, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The caller has gone; there is nobody to answer.
        }
    }

    private static bool IsGrpc(HttpContext context)
    {
        string type = context.Request.ContentType ?? "";
        bool isGrpc = HttpMethods.IsPost(context.Request.Method)
            && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
            && (type.Length == ContentType.Length || type[ContentType.Length] == ';'
                || type.AsSpan(ContentType.Length).StartsWith("+proto", StringComparison.OrdinalIgnoreCase));
        if (!isGrpc)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        }
        else if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.Headers.Upgrade = "h2c";
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            isGrpc = false;
        }
        return isGrpc;
    }

    private async Task AnswerAsync(HttpContext context, IntakeLane lane, ReceiveResult result)
    {
        switch (result.Outcome)
        {
            case ReceiveOutcome.Accepted:
                var message = ExportResponse.Protobuf(result.Rejected, result.Message);
                Begin(context);
                await context.Response.Body.WriteAsync(message.IsEmpty ? EmptyMessage : GrpcFrame.Create(message.Span));
                context.Response.AppendTrailer("grpc-status", "0");
                return;
            case ReceiveOutcome.Malformed:
                lane.Statistics.CountMalformed();
                await ErrorAsync(context, RpcCode.InvalidArgument, result.Message!);
                return;
            case ReceiveOutcome.TooLarge:
                lane.Statistics.CountOversized();
                await ErrorAsync(context, RpcCode.ResourceExhausted, result.Message!);
                return;
            case ReceiveOutcome.OverTheCap:
                await RefuseAsync(context, lane, result.Message!, result.RetryAfter);
                return;
            default:
                await RefuseAsync(context, lane, result.Message!);
                return;
        }
    }

    private Task ErrorAsync(HttpContext context, IntakeLane lane, PayloadError error)
    {
        switch (error)
        {
            case PayloadError.TooLarge:
                lane.Statistics.CountOversized();
                return ErrorAsync(context, RpcCode.ResourceExhausted, string.Create(
                    CultureInfo.InvariantCulture, $"The message is longer than {options.MaxPayloadBytes} bytes."));
            case PayloadError.NoRoom:
                return RefuseAsync(context, lane, "The server has no memory for the message just now.");
            default:
                lane.Statistics.CountMalformed();
                return ErrorAsync(context, RpcCode.InvalidArgument, "The body is not one whole gRPC message, or its gzip is broken.");
        }
    }

    /// <summary>Over the cap it is the sender's share that is used up, not the server that is unavailable; RetryInfo makes both retryable.</summary>
    private Task RefuseAsync(HttpContext context, IntakeLane lane, string message, TimeSpan? wait = null)
    {
        lane.CountRefused();
        return ErrorAsync(context, wait is null ? RpcCode.Unavailable : RpcCode.ResourceExhausted, message, wait ?? options.RetryAfter);
    }

    private static Task ErrorAsync(HttpContext context, RpcCode code, string message, TimeSpan? retryAfter = null)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }
        Begin(context);
        var headers = context.Response.Headers;
        headers["grpc-status"] = ((int)code).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = GrpcMessageText.Encode(message);
        if (retryAfter is not null)
        {
            headers["grpc-status-details-bin"] = Convert.ToBase64String(RpcStatus.Protobuf(code, message, retryAfter).Span).TrimEnd('=');
        }
        return Task.CompletedTask;
    }

    private static void Begin(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = ContentType;
        context.Response.Headers["grpc-accept-encoding"] = "identity,gzip";
    }
}
