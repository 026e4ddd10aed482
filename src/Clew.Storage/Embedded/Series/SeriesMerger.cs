using System.Buffers;
using Clew.Core.Files;
using Clew.Core.Series;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Merges blocks of one tenant, resolution and partition to one: series by series, points of the same step added up.
/// </summary>
/// <remarks>Memory: a page of each input, the keys, and one series' points.</remarks>
internal sealed class SeriesMerger(SeriesBlockReaders readers)
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <exception cref="SeriesBlockDamagedException">An input cannot be read; the block has been told to the health.</exception>
    /// <exception cref="IOException">The system refuses the writing.</exception>
    public void Merge(IReadOnlyList<SeriesBlock> inputs, SeriesBlockWriter writer, CancellationToken cancellationToken)
    {
        var open = new List<IDataFile>();
        try
        {
            var cursors = new List<Cursor>();
            foreach (var input in inputs)
            {
                var file = readers.Open(input) ?? throw new SeriesBlockDamagedException();
                open.Add(file);
                cursors.Add(new Cursor(input, readers.Reader(input, file)));
            }
            while (cursors.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                byte[] key = cursors.MinBy(cursor => cursor.Key, ByBytes.Instance)!.Key;
                writer.Begin(key);
                MergeSeries(cursors.FindAll(cursor => cursor.Key.AsSpan().SequenceEqual(key)), writer);
                cursors.RemoveAll(cursor => cursor.Key.AsSpan().SequenceEqual(key) && !cursor.NextSeries());
            }
        }
        finally
        {
            open.ForEach(file => file.Dispose());
        }
    }

    private void MergeSeries(List<Cursor> cursors, SeriesBlockWriter writer)
    {
        while (true)
        {
            long step = long.MaxValue;
            foreach (var cursor in cursors)
            {
                step = Math.Min(step, cursor.Step);
            }
            if (step == long.MaxValue)
            {
                return;
            }
            Cursor? first = null;
            LatencySketch? sum = null;
            ulong errors = 0;
            var exemplars = new Exemplars();
            foreach (var cursor in cursors)
            {
                if (cursor.Step != step)
                {
                    continue;
                }
                errors += cursor.Errors;
                if (first is null)
                {
                    first = cursor;
                    continue;
                }
                sum ??= Read(first.Durations, ref exemplars);
                var durations = cursor.Durations;
                sum.Merge(ref durations);
                exemplars.Merge(Exemplars.Read(ref durations));
            }
            if (sum is null)
            {
                writer.Add(step, errors, first!.Durations);
            }
            else
            {
                bytes.ResetWrittenCount();
                sum.Write(bytes);
                exemplars.Write(bytes);
                writer.Add(step, errors, bytes.WrittenSpan);
            }
            foreach (var cursor in cursors)
            {
                if (cursor.Step == step)
                {
                    cursor.NextCell();
                }
            }
        }
    }

    private static LatencySketch Read(ReadOnlySpan<byte> from, ref Exemplars exemplars)
    {
        var sketch = LatencySketch.Read(ref from);
        exemplars.Merge(Exemplars.Read(ref from));
        return sketch;
    }

    private sealed class ByBytes : IComparer<byte[]>
    {
        public static readonly ByBytes Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }

    /// <summary>One input: the series it is at, and the cell of it.</summary>
    private sealed class Cursor
    {
        private readonly SeriesCellReader reader;
        private readonly SeriesBlockDirectory directory;
        private readonly ArrayBufferWriter<byte> keyBytes = new();
        private int series = -1;
        private int cell;
        private int index;

        public Cursor(SeriesBlock block, SeriesCellReader reader)
        {
            this.reader = reader;
            directory = block.Directory!;
            NextSeries();
        }

        public byte[] Key { get; private set; } = [];

        /// <summary>The step of its cell; the largest number where the series has no more.</summary>
        public long Step { get; private set; }

        public ulong Errors => reader.Errors(index);

        public ReadOnlySpan<byte> Durations => reader.Durations(index);

        public bool NextSeries()
        {
            if (++series == directory.Keys.Length)
            {
                return false;
            }
            keyBytes.ResetWrittenCount();
            directory.Keys[series].Write(keyBytes);
            Key = keyBytes.WrittenSpan.ToArray();
            cell = directory.Starts[series];
            Load();
            return true;
        }

        public void NextCell()
        {
            cell++;
            Load();
        }

        private void Load()
        {
            if (cell == directory.Starts[series + 1])
            {
                Step = long.MaxValue;
                return;
            }
            if (!reader.Find(cell, out index, out _))
            {
                throw new SeriesBlockDamagedException();
            }
            Step = reader.Step(index);
        }
    }
}
