using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>
/// The memory that sockets are read into and answers are written to, in blocks of <see cref="BlockBytes"/>.
/// </summary>
/// <remarks>
/// Each block is one call into the system, and export requests are hundreds of kilobytes: the server's own blocks of 4 KiB made reading
/// the sockets cost as much as walking the payloads. A connection that waits for data holds no block.
/// Bounds: blocks in use by what the server lets a connection buffer; free ones by <see cref="MaxFree"/>, others are left to the
/// collector. Thread-safe.
/// </remarks>
internal sealed class ReceiveBlocks : MemoryPool<byte>
{
    public const int BlockBytes = 32 * 1024;

    public const int MaxFree = 64;

    private readonly ConcurrentQueue<Block> free = new();
    private int freeCount;
    private volatile bool isDisposed;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <summary>A block, whatever size was asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More was asked for than a block has.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!free.TryDequeue(out var block))
        {
            return new Block(this);
        }
        Interlocked.Decrement(ref freeCount);
        block.Rented();
        return block;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        isDisposed = true;
        free.Clear();
    }

    private void Return(Block block)
    {
        if (isDisposed)
        {
            return;
        }
        if (Interlocked.Increment(ref freeCount) <= MaxFree)
        {
            free.Enqueue(block);
        }
        else
        {
            Interlocked.Decrement(ref freeCount);
        }
    }

    /// <summary>Makes a pool for each of the server's queues.</summary>
    public sealed class Factory : IMemoryPoolFactory<byte>
    {
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ReceiveBlocks();
    }

    // Pinned where it is made: the system reads into it, and it need not be pinned for each call.
    private sealed class Block(ReceiveBlocks pool) : IMemoryOwner<byte>
    {
        private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
        private int returned;

        public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(bytes, 0, BlockBytes);

        public void Rented() => Volatile.Write(ref returned, 0);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref returned, 1) == 0)
            {
                pool.Return(this);
            }
        }
    }
}
