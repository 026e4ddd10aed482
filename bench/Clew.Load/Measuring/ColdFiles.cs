using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Clew.Load.Measuring;

/// <summary>Has the system forget what it holds in memory of a directory's files (Linux), so that the next read goes to the disk.</summary>
internal sealed partial class ColdFiles(string directory)
{
    private const int DontNeed = 4;

    public void Forget()
    {
        foreach (string path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using var file = File.OpenHandle(path);
            if (Advise(file, 0, 0, DontNeed) != 0)
            {
                throw new IOException($"{path} stays in memory.");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
