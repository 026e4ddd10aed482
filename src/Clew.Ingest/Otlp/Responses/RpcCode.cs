namespace Clew.Ingest.Otlp.Responses;

/// <summary>The codes of <c>google.rpc.Status</c> that are answered; same numbers.</summary>
internal enum RpcCode
{
    Ok = 0,
    Unknown = 2,
    InvalidArgument = 3,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
}
