namespace Clew.Core.Files;

/// <summary>How a data file is opened.</summary>
public enum DataFileMode
{
    /// <summary>It must be there; reading only.</summary>
    Read = 0,

    /// <summary>It must be there; reading and overwriting in place.</summary>
    ReadWrite = 1,

    /// <summary>It is created, or emptied where it is there.</summary>
    Create = 2,
}
