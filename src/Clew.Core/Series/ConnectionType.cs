namespace Clew.Core.Series;

/// <summary>By what means the two ends of an edge speak.</summary>
public enum ConnectionType : byte
{
    /// <summary>Nothing of the span says.</summary>
    Other = 0,

    Http = 1,

    /// <summary>gRPC and other remote procedure calls.</summary>
    Rpc = 2,

    /// <summary>Through a queue or topic.</summary>
    Messaging = 3,

    Database = 4,
}
