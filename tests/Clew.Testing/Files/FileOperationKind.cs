namespace Clew.Testing.Files;

/// <summary>What is asked of the file system. Reading is counted apart: it changes nothing.</summary>
public enum FileOperationKind
{
    CreateDirectory,
    Create,
    Open,
    Read,
    Write,
    Preallocate,
    SetLength,
    Sync,
    Rename,
    Delete,
    SyncDirectory,
    List,
}
