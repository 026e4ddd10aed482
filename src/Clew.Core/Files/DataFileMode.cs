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

    /// <summary>
    /// It must be there, at its full length; overwritten in place from front to back by one thread at a time, past the system's page
    /// cache where the system can do that. Behind the last byte of a write, up to the next multiple of 4096 or the end of the file,
    /// zeros may be found in place of what was there.
    /// </summary>
    Overwrite = 3,
}
