using System.Buffers;
using System.Text;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Searching;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Index;

/// <summary>Makes a segment's filters of its pages, past the page cache. One thread at a time.</summary>
/// <remarks>Memory: eight bytes for each trace, dictionary entry or distinct integer of the segment, for integers as a set. Every failure to read is what a read would throw.</remarks>
internal sealed class FilterBuilder
{
    /// <summary>Of traces: one segment of a thousand is asked in vain.</summary>
    public const int BitsPerTrace = 16;

    /// <summary>Of values: one of two hundred, and its dictionary's own filters stand behind.</summary>
    public const int BitsPerValue = 12;

    private readonly HashSet<ulong> integers = []; // entries of a dictionary differ by themselves
    private readonly PairBuilder pairs = new();
    private ulong[] listed = [];
    private int count;

    /// <summary>The filter of the segment's trace ids, by <see cref="TraceId.Mix"/>.</summary>
    public HashFilter OfTraces(SegmentReader reader)
    {
        var high = reader.Directory.Get(ColumnRole.TraceHigh, OwnerKind.Trace);
        var low = reader.Directory.Get(ColumnRole.TraceLow, OwnerKind.Trace);
        int traces = reader.Directory.Summary.Traces;
        count = 0;
        MakeRoom(traces);
        long[] highs = ArrayPool<long>.Shared.Rent(reader.Directory.GroupRows);
        long[] lows = ArrayPool<long>.Shared.Rent(reader.Directory.GroupRows);
        try
        {
            for (int page = 0; page < high.Pages.Length; page++)
            {
                int rows = high.Pages[page].Count;
                if (rows != low.Pages[page].Count || rows > reader.Directory.GroupRows || count + rows > traces)
                {
                    throw new SegmentDamagedException("The table of traces has pages of unequal length.");
                }
                reader.ReadOnce(high, page, highs.AsSpan(0, rows));
                reader.ReadOnce(low, page, lows.AsSpan(0, rows));
                for (int i = 0; i < rows; i++)
                {
                    listed[count++] = new TraceId((ulong)highs[i], (ulong)lows[i]).Mix();
                }
            }
            return count == traces
                ? new HashFilter(listed.AsSpan(0, count), BitsPerTrace)
                : throw new SegmentDamagedException("The table of traces is too short.");
        }
        finally
        {
            ArrayPool<long>.Shared.Return(highs);
            ArrayPool<long>.Shared.Return(lows);
        }
    }

    /// <summary>The filter of a field's values, of all owners.</summary>
    public ValueFilter OfValues(SegmentReader reader, FilterField field)
    {
        if (field.IsPair)
        {
            return pairs.Build(reader, field);
        }
        integers.Clear();
        count = 0;
        bool hasIntegers = false;
        bool hasOthers = false;
        switch (field.Field)
        {
            case SpanField.Name:
                AddDictionary(reader, reader.Directory.Get(ColumnRole.Name, OwnerKind.Span).Dictionary);
                break;
            case SpanField.ServiceName:
                MakeRoom(reader.Services.Names.Length);
                foreach (byte[] name in reader.Services.Names)
                {
                    listed[count++] = StableHash.Of(name);
                }
                break;
            default:
                foreach (var (_, owner) in AttributeScopes.InOrder)
                {
                    AddAttribute(reader, owner, field.Key, ref hasIntegers, ref hasOthers);
                }
                break;
        }
        MakeRoom(integers.Count);
        integers.CopyTo(listed, count);
        var values = new HashFilter(listed.AsSpan(0, count + integers.Count), BitsPerValue);
        return new ValueFilter(values, hasIntegers, hasOthers);
    }

    /// <summary>Gives the memory of large segments back.</summary>
    public void Trim()
    {
        integers.Clear();
        integers.TrimExcess();
        listed = [];
        count = 0;
    }

    private void AddAttribute(SegmentReader reader, OwnerKind owner, string key, ref bool hasIntegers, ref bool hasOthers)
    {
        foreach (var column in reader.Directory.Attribute(owner, key))
        {
            switch (column.Type)
            {
                case AttributeType.String:
                    AddDictionary(reader, column.Dictionary);
                    break;
                case AttributeType.Int:
                    hasIntegers = true;
                    AddIntegers(reader, column);
                    break;
                case AttributeType.Double or AttributeType.Bool:
                    hasOthers = true;
                    break;
            }
        }
        // The catch-all shares its dictionary among its keys: too many values do no harm.
        if (reader.Directory.Find(ColumnRole.RareKey, owner) is { } keys
            && reader.Directory.Find(ColumnRole.RareValue, owner) is { } values
            && reader.Find(keys.Dictionary, Encoding.UTF8.GetBytes(key)) >= 0)
        {
            AddDictionary(reader, values.Dictionary);
            AddIntegers(reader, values);
            hasIntegers = true;
            hasOthers = true;
        }
    }

    private void AddDictionary(SegmentReader reader, int dictionary)
    {
        if (dictionary < 0)
        {
            return;
        }
        for (int page = 0; page < reader.Directory.Dictionaries[dictionary].Offsets.Length; page++)
        {
            var entries = reader.ReadDictionaryOnce(dictionary, page);
            MakeRoom(entries.Count);
            for (int i = 0; i < entries.Count; i++)
            {
                listed[count++] = StableHash.Of(entries[i]);
            }
        }
    }

    private void AddIntegers(SegmentReader reader, ColumnInfo column)
    {
        for (int page = 0; page < column.Pages.Length; page++)
        {
            int rows = column.Pages[page].Count;
            if (rows == 0)
            {
                continue;
            }
            long[] values = ArrayPool<long>.Shared.Rent(rows);
            try
            {
                reader.ReadOnce(column, page, values.AsSpan(0, rows));
                long last = values[0] + 1;
                foreach (long value in values.AsSpan(0, rows))
                {
                    if (value != last)
                    {
                        integers.Add(ValueOperand.HashOf(value));
                        last = value;
                    }
                }
            }
            finally
            {
                ArrayPool<long>.Shared.Return(values);
            }
        }
    }

    /// <summary>Room for so many more.</summary>
    private void MakeRoom(int more)
    {
        if (listed.Length - count < more)
        {
            Array.Resize(ref listed, Math.Max(count + more, listed.Length * 2));
        }
    }
}
