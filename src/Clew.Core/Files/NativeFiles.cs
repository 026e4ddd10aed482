using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Clew.Core.Files;

/// <summary>The system calls for files that the runtime does not offer. Each says where it can be used.</summary>
internal static partial class NativeFiles
{
    private const int NoSpace = 28; // ENOSPC
    private const int ReadWriteDirect = 0x0002 | 0x80000; // O_RDWR | O_CLOEXEC

    /// <summary>Linux, on a processor whose number of O_DIRECT is known.</summary>
    public static bool HasDirectWrites => OperatingSystem.IsLinux() && DirectFlag != 0;

    private static int DirectFlag => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 0x4000,
        Architecture.Arm64 => 0x10000,
        _ => 0,
    };

    /// <summary>A handle whose writes go past the page cache, in aligned memory, places and lengths; null where the file system has none.</summary>
    public static SafeFileHandle? TryOpenDirect(string path)
    {
        if (!HasDirectWrites)
        {
            return null;
        }
        int descriptor = OpenDescriptor(path, ReadWriteDirect | DirectFlag);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Reserves extents; does nothing where the system cannot.</summary>
    /// <exception cref="IOException">The disk has no room.</exception>
    public static void Reserve(SafeFileHandle handle, long offset, long bytes)
    {
        if (!HasDirectWrites || bytes <= 0)
        {
            return;
        }
        int error = With(handle, descriptor => PosixFallocate(descriptor, offset, bytes));
        if (error == NoSpace)
        {
            throw new IOException($"{bytes} bytes cannot be reserved: {Marshal.GetPInvokeErrorMessage(error)}", NoSpace);
        }
    }

    /// <summary>Has the system begin to read what is not in memory, and does not wait for it; does nothing where the system cannot.</summary>
    public static void Expect(SafeFileHandle handle, long offset, long bytes)
    {
        const int willNeed = 3;
        if (!HasDirectWrites)
        {
            return;
        }
        try
        {
            _ = PosixFadvise(handle, offset, bytes, willNeed);
        }
        catch (ObjectDisposedException)
        {
            // Closed: nobody reads it any more.
        }
    }

    /// <summary>Content and length of the file are on disk when it returns. Linux.</summary>
    public static void SyncData(SafeFileHandle handle)
    {
        if (With(handle, Fdatasync) < 0)
        {
            throw new IOException($"fdatasync failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>The directory's entries are on disk when it returns. Everywhere but on Windows.</summary>
    public static void SyncDirectory(string path)
    {
        const int readOnly = 0;
        int descriptor = OpenDescriptor(path, readOnly);
        if (descriptor < 0)
        {
            throw Failure("open", path);
        }
        int result = Fsync(descriptor);
        var failure = result < 0 ? Failure("fsync", path) : null;
        _ = Close(descriptor);
        if (failure is not null)
        {
            throw failure;
        }
    }

    private static int With(SafeFileHandle handle, Func<int, int> call)
    {
        bool added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            return call((int)handle.DangerousGetHandle());
        }
        finally
        {
            if (added)
            {
                handle.DangerousRelease();
            }
        }
    }

    private static IOException Failure(string call, string path) =>
        new($"{call} of '{path}' failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(int descriptor);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int PosixFallocate(int descriptor, long offset, long length);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int PosixFadvise(SafeFileHandle handle, long offset, long bytes, int advice);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
