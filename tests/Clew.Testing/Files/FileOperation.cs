namespace Clew.Testing.Files;

/// <summary>One operation about to happen.</summary>
/// <param name="Index">How many changing operations came before it.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Path">To which file or directory.</param>
public readonly record struct FileOperation(int Index, FileOperationKind Kind, string Path)
{
    /// <summary>True where something on disk may change, or become durable.</summary>
    public bool Changes => Kind is not (FileOperationKind.Open or FileOperationKind.Read or FileOperationKind.List);
}
