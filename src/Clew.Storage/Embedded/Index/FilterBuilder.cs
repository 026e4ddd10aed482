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
/// <remarks>Memory: eight bytes for each trace or distinct value of the segment. Every failure to read is what a read would throw.</remarks>
internal sealed class FilterBuilder
{
    /// <summary>Of traces: one segment of a thousand is asked in vain.</summary>
    public const int BitsPerTrace = 16;

    /// <summary>Of values: one of two hundred, and its dictionary's own filters stand behind.</summary>
    public const int BitsPerValue = 12;

    private readonly HashSet<ulong> hashes = [];
    private ulong[] listed = [];

    /// <summary>The filter of the segment's trace ids, by <see cref="TraceId.Mix"/>.</summary>
    public HashFilter OfTraces(SegmentReader reader)
    {
        var high = reader.Directory.Get(ColumnRole.TraceHigh, OwnerKind.Trace);
        var low = reader.Directory.Get(ColumnRole.TraceLow, OwnerKind.Trace);
        int traces = reader.Directory.Summary.Traces;
        MakeRoom(traces);
        long[] highs = ArrayPool<long>.Shared.Rent(reader.Directory.GroupRows);
        long[] lows = ArrayPool<long>.Shared.Rent(reader.Directory.GroupRows);
        try
        {
            int count = 0;
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
        hashes.Clear();
        bool hasIntegers = false;
        bool hasOthers = false;
        switch (field.Field)
        {
            case SpanField.Name:
                AddDictionary(reader, reader.Directory.Get(ColumnRole.Name, OwnerKind.Span).Dictionary);
                break;
            case SpanField.ServiceName:
                foreach (byte[] name in reader.Services.Names)
                {
                    hashes.Add(StableHash.Of(name));
                }
                break;
            default:
                foreach (var (_, owner) in AttributeScopes.InOrder)
                {
                    AddAttribute(reader, owner, field.Key, ref hasIntegers, ref hasOthers);
                }
                break;
        }
        MakeRoom(hashes.Count);
        hashes.CopyTo(listed);
        var values = new HashFilter(listed.AsSpan(0, hashes.Count), BitsPerValue);
        return new ValueFilter(values, hasIntegers, hasOthers);
    }

    /// <summary>Gives the memory of large segments back.</summary>
    public void Trim()
    {
        hashes.Clear();
        hashes.TrimExcess();
        listed = [];
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
            for (int i = 0; i < entries.Count; i++)
            {
                hashes.Add(StableHash.Of(entries[i]));
            }
        }
    }

    private void AddIntegers(SegmentReader reader, ColumnInfo column)
    {
        for (int page = 0; page < column.Pages.Length; page++)
        {
            int count = column.Pages[page].Count;
            if (count == 0)
            {
                continue;
            }
            long[] values = ArrayPool<long>.Shared.Rent(count);
            try
            {
                reader.ReadOnce(column, page, values.AsSpan(0, count));
                long last = values[0] + 1;
                foreach (long value in values.AsSpan(0, count))
                {
                    if (value != last)
                    {
                        hashes.Add(ValueOperand.HashOf(value));
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

    private void MakeRoom(int count)
    {
        if (listed.Length < count)
        {
            listed = new ulong[count];
        }
    }
}
