using Clew.Ingest.Otlp.Responses;
using Microsoft.AspNetCore.Http;

namespace Clew.Ingest.Otlp.Http;

/// <summary>Writes the answer in the request's own encoding.</summary>
internal readonly struct HttpAnswer(HttpResponse response, bool isJson)
{
    public Task SuccessAsync(ReadOnlyMemory<byte> message) => WriteAsync(StatusCodes.Status200OK, message);

    public Task ErrorAsync(int status, RpcCode code, string message, string? retryAfter = null)
    {
        if (response.HasStarted)
        {
            return Task.CompletedTask;
        }
        if (retryAfter is not null)
        {
            response.Headers.RetryAfter = retryAfter;
        }
        return WriteAsync(status, isJson ? RpcStatus.Json(code, message) : RpcStatus.Protobuf(code, message));
    }

    private Task WriteAsync(int status, ReadOnlyMemory<byte> body)
    {
        response.StatusCode = status;
        response.ContentType = isJson ? OtlpContentType.Json : OtlpContentType.Protobuf;
        response.ContentLength = body.Length;
        return body.IsEmpty ? Task.CompletedTask : response.Body.WriteAsync(body).AsTask();
    }
}
