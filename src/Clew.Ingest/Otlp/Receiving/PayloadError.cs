namespace Clew.Ingest.Otlp.Receiving;

/// <summary>Why a payload could not be taken in.</summary>
internal enum PayloadError
{
    None,

    /// <summary>Longer than the bound, as received or decompressed.</summary>
    TooLarge,

    /// <summary>No memory for it within the budget just now.</summary>
    NoRoom,

    /// <summary>It is not what its encoding says: no gzip, cut off, no frame.</summary>
    Malformed,
}
