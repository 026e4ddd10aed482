namespace Clew.Server.Api.Jaeger;

/// <summary>One entry of an envelope's <c>errors</c>.</summary>
internal readonly record struct JaegerError(int Code, string Message, string? TraceId = null);
