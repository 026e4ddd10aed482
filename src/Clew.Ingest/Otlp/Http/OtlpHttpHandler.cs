using System.Globalization;
using System.Runtime.CompilerServices;
using Clew.Ingest.Otlp.Receiving;
using Clew.Ingest.Otlp.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Ingest.Otlp.Http;

/// <summary>Answers one OTLP/HTTP export request.</summary>
/// <remarks>
/// 1. What the headers tell is answered first; over the cap, or with no place free, nothing of the body is read. 2. The body is read into a buffer that grows
/// with it; until it is whole the request holds no place, so that slow senders keep nobody out. 3. With a place it is decompressed, read and
/// journalled. 4. Errors are <c>google.rpc.Status</c> in the request's own encoding.
/// </remarks>
internal sealed class OtlpHttpHandler(
    PayloadReceiver receiver, IntakeLanes lanes, RequestGate gate, BufferBudget budget, OtlpOptions options)
{
    private readonly CorsPolicy cors = new(options.CorsOrigins);
    private readonly string retryAfter = ((long)options.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    public async Task HandleAsync(HttpContext context, OtlpSignal signal)
    {
        var request = context.Request;
        if (HttpMethods.IsOptions(request.Method)) // 1
        {
            cors.Preflight(context);
            return;
        }
        cors.Apply(context);
        // The bound is kept here, where it can be answered as the protocol asks.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = null;
        }
        bool knownType = OtlpContentType.TryParse(request.ContentType, out bool isJson);
        var answer = new HttpAnswer(context.Response, isJson || !knownType);
        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.Headers.Allow = "POST, OPTIONS";
            await answer.ErrorAsync(StatusCodes.Status405MethodNotAllowed, RpcCode.Unimplemented, "Export requests are sent with POST.");
            return;
        }
        if (!knownType)
        {
            await answer.ErrorAsync(
                StatusCodes.Status415UnsupportedMediaType, RpcCode.InvalidArgument,
                "The Content-Type must be application/x-protobuf or application/json in UTF-8.");
            return;
        }
        if (!OtlpContentType.TryParseEncoding(request.Headers.ContentEncoding, out bool isGzip))
        {
            await answer.ErrorAsync(
                StatusCodes.Status415UnsupportedMediaType, RpcCode.InvalidArgument, "The Content-Encoding must be gzip, identity or absent.");
            return;
        }
        var lane = lanes.Of(context);
        if (!lane.MayPass(signal, out var wait))
        {
            await BodyReader.DrainAsync(context);
            await RefuseAsync(lane, answer, StatusCodes.Status429TooManyRequests, OtlpErrors.OverTheCap, wait);
            return;
        }
        if (gate.IsFull)
        {
            await BodyReader.DrainAsync(context);
            await RefuseAsync(lane, answer, StatusCodes.Status429TooManyRequests, "The server is busy with other requests.");
            return;
        }
        await ReceiveAsync(context, lane, signal, isJson, isGzip, answer);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))] // one for each request otherwise
    private async ValueTask ReceiveAsync(HttpContext context, IntakeLane lane, OtlpSignal signal, bool isJson, bool isGzip, HttpAnswer answer)
    {
        using var received = new PayloadBuffer(budget);
        using var decompressed = new PayloadBuffer(budget);
        try
        {
            var error = context.Request.ContentLength > options.MaxPayloadBytes
                ? PayloadError.TooLarge
                : await BodyReader.ReadAsync(context.Request.BodyReader, received, options.MaxPayloadBytes, context.RequestAborted); // 2
            if (error != PayloadError.None)
            {
                await BodyReader.DrainAsync(context);
                await AnswerAsync(lane, answer, error);
                return;
            }
            if (!lane.MayPass(signal, out var wait))
            {
                await RefuseAsync(lane, answer, StatusCodes.Status429TooManyRequests, OtlpErrors.OverTheCap, wait);
                return;
            }
            if (!gate.TryEnter())
            {
                await RefuseAsync(lane, answer, StatusCodes.Status429TooManyRequests, "The server is busy with other requests.");
                return;
            }
            ReceiveResult result;
            try
            {
                error = isGzip ? Gzip.Decompress(received.Content, decompressed, options.MaxPayloadBytes) : PayloadError.None; // 3
                if (error != PayloadError.None)
                {
                    await AnswerAsync(lane, answer, error);
                    return;
                }
                result = await receiver.ReceiveAsync(lane, signal, isJson, isGzip ? decompressed : received, 0, context.RequestAborted);
            }
            finally
            {
                gate.Leave();
            }
            await AnswerAsync(lane, answer, signal, isJson, result);
        }
        catch (BadHttpRequestException e)
        {
            await answer.ErrorAsync(e.StatusCode, RpcCode.InvalidArgument, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The sender has gone; there is nobody to answer.
        }
    }

    private Task AnswerAsync(IntakeLane lane, HttpAnswer answer, OtlpSignal signal, bool isJson, ReceiveResult result)
    {
        switch (result.Outcome)
        {
            case ReceiveOutcome.Accepted:
                return answer.SuccessAsync(isJson
                    ? ExportResponse.Json(signal, result.Rejected, result.Message)
                    : ExportResponse.Protobuf(result.Rejected, result.Message));
            case ReceiveOutcome.Malformed:
                lane.Statistics.CountMalformed();
                return answer.ErrorAsync(StatusCodes.Status400BadRequest, RpcCode.InvalidArgument, result.Message!); // 4
            case ReceiveOutcome.TooLarge:
                lane.Statistics.CountOversized();
                return answer.ErrorAsync(StatusCodes.Status413PayloadTooLarge, RpcCode.ResourceExhausted, result.Message!);
            case ReceiveOutcome.Overloaded:
                return RefuseAsync(lane, answer, StatusCodes.Status429TooManyRequests, result.Message!);
            case ReceiveOutcome.OverTheCap:
                return RefuseAsync(lane, answer, StatusCodes.Status429TooManyRequests, result.Message!, result.RetryAfter);
            default:
                return RefuseAsync(lane, answer, StatusCodes.Status503ServiceUnavailable, result.Message!);
        }
    }

    private Task AnswerAsync(IntakeLane lane, HttpAnswer answer, PayloadError error)
    {
        switch (error)
        {
            case PayloadError.TooLarge:
                lane.Statistics.CountOversized();
                return answer.ErrorAsync(
                    StatusCodes.Status413PayloadTooLarge, RpcCode.ResourceExhausted,
                    string.Create(CultureInfo.InvariantCulture, $"The payload is longer than {options.MaxPayloadBytes} bytes."));
            case PayloadError.NoRoom:
                return RefuseAsync(lane, answer, StatusCodes.Status429TooManyRequests, "The server has no memory for the payload just now.");
            default:
                lane.Statistics.CountMalformed();
                return answer.ErrorAsync(StatusCodes.Status400BadRequest, RpcCode.InvalidArgument, "The body is not valid gzip, or is cut off.");
        }
    }

    private Task RefuseAsync(IntakeLane lane, HttpAnswer answer, int status, string message, TimeSpan? wait = null)
    {
        lane.CountRefused();
        string seconds = wait is { } known ? ((long)known.TotalSeconds).ToString(CultureInfo.InvariantCulture) : retryAfter;
        return answer.ErrorAsync(status, RpcCode.Unavailable, message, seconds);
    }
}
