namespace Clew.Storage;

/// <summary>What a store can do. The zero value is the least capable store.</summary>
[Flags]
public enum SpanStoreCapabilities
{
    None = 0,

    /// <summary>What was appended survives the process and the power.</summary>
    Durable = 1,

    /// <summary>Traces can be deleted: <see cref="ISpanStore.DeleteTracesAsync"/>.</summary>
    Deletion = 2,
}
