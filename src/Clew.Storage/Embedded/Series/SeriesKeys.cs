using Clew.Core.Series;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// The series of one tenant, numbered as they came up in this process. State; safe from any thread.
/// </summary>
/// <remarks>Bounded by <see cref="EmbeddedSeriesOptions.MaxSeries"/>, past which only the few keys named "other" and those in blocks are added.</remarks>
internal sealed class SeriesKeys(int most)
{
    private readonly Lock gate = new();
    private readonly Dictionary<SeriesKey, int> numbers = [];
    private SeriesKey[] keys = new SeriesKey[16];
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>The key with that number.</summary>
    public SeriesKey this[int number] => Volatile.Read(ref keys)[number];

    /// <summary>Its number, whatever the bound: it is in a block already.</summary>
    public int Add(SeriesKey key)
    {
        lock (gate)
        {
            return numbers.TryGetValue(key, out int number) ? number : Append(key);
        }
    }

    /// <summary>The number of the series to which it is counted: its own, or past the bound one named "other".</summary>
    public int NumberFor(SeriesKey key, out bool isOther)
    {
        lock (gate)
        {
            isOther = false;
            if (numbers.TryGetValue(key, out int number))
            {
                return number;
            }
            if (count < most)
            {
                return Append(key);
            }
            isOther = true;
            var other = Other(key);
            return numbers.TryGetValue(other, out number) ? number : Append(other);
        }
    }

    /// <summary>What a series past the bound is counted as: names go, what has few values stays.</summary>
    private static SeriesKey Other(SeriesKey key) =>
        new(key.Kind, SeriesLabels.Folded, SeriesLabels.Folded, key.Labels[2], key.Labels[3]);

    private int Append(SeriesKey key)
    {
        if (count == keys.Length)
        {
            var larger = new SeriesKey[count * 2];
            keys.CopyTo(larger, 0);
            Volatile.Write(ref keys, larger);
        }
        keys[count] = key;
        numbers.Add(key, count);
        return count++;
    }
}
