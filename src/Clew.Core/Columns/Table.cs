using System.Numerics;
using System.Runtime.CompilerServices;

namespace Clew.Core.Columns;

/// <summary>
/// A set of columns of one length. Subclasses hold the arrays as public fields: only rows below <see cref="Count"/> mean something.
/// </summary>
public abstract class Table
{
    /// <summary>Rows in use.</summary>
    public int Count { get; protected set; }

    /// <summary>Rows the columns have room for.</summary>
    public int Capacity { get; private set; }

    /// <summary>Makes one more row, with whatever the columns held there before, and returns its index. The caller sets every column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int AddRow()
    {
        int row = Count;
        if (row == Capacity)
        {
            EnsureCapacity(row + 1);
        }
        Count = row + 1;
        return row;
    }

    /// <summary>Makes that many more rows, as <see cref="AddRow"/> does, and returns the index of the first.</summary>
    public int AddRows(int rows)
    {
        EnsureCapacity(Count + rows);
        int first = Count;
        Count += rows;
        return first;
    }

    /// <summary>Makes room for that many rows in all.</summary>
    public void EnsureCapacity(int rows)
    {
        if (rows > Capacity)
        {
            Capacity = (int)Math.Min(Math.Max(BitOperations.RoundUpToPowerOf2((uint)rows), 16), (uint)Array.MaxLength);
            Resize(Capacity);
        }
    }

    /// <summary>Makes room for that many rows in all and hardly more: for who knows how many will come. Where more come, it doubles.</summary>
    public void Reserve(int rows)
    {
        if (rows > Capacity)
        {
            Capacity = rows;
            Resize(rows);
        }
    }

    /// <summary>Forgets the rows and keeps the memory.</summary>
    public void Clear()
    {
        Count = 0;
        OnTruncated();
    }

    /// <summary>Drops the rows from that one on.</summary>
    public void Truncate(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Count);
        Count = rows;
        OnTruncated();
    }

    /// <summary>Called when there are fewer rows than before.</summary>
    protected virtual void OnTruncated()
    {
    }

    /// <summary>Gives every column the new length.</summary>
    protected abstract void Resize(int capacity);
}
