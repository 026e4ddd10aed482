namespace Clew.Storage;

/// <summary>What a series store can do. The zero value is the least capable store.</summary>
[Flags]
public enum SeriesStoreCapabilities
{
    None = 0,

    /// <summary>What was committed survives the process and the power.</summary>
    Durable = 1,
}
