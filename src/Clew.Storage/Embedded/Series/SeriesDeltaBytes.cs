using System.Buffers;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Series;

/// <summary>The bytes of a delta in the log. Keep in sync with docs/formats/series.md. Reuses its memory; one thread at a time.</summary>
/// <remarks>
/// Layout: tenant text; number of keys, the keys; number of cells, then for each: key, start of the step in units of 10 s, errors, the sketch; then for
/// each cell with exemplars: cells without in between, the exemplars (absent in older logs). Numbers are varints.
/// </remarks>
internal sealed class SeriesDeltaBytes
{
    private readonly ArrayBufferWriter<byte> bytes = new();
    private readonly Dictionary<SeriesKey, int> numbers = [];

    /// <summary>The bytes of a delta, good until the next call.</summary>
    public ReadOnlySpan<byte> Write(Tenant tenant, SeriesDelta delta)
    {
        bytes.ResetWrittenCount();
        numbers.Clear();
        for (int i = 0; i < delta.Count; i++)
        {
            numbers.TryAdd(delta[i].Key, numbers.Count);
        }
        SegmentSummary.WriteText(bytes, tenant.Name);
        Varint.Write(bytes, (ulong)numbers.Count);
        foreach (var key in numbers.Keys) // in the order of their numbers: nothing was removed
        {
            key.Write(bytes);
        }
        Varint.Write(bytes, (ulong)delta.Count);
        for (int i = 0; i < delta.Count; i++)
        {
            var cell = delta[i];
            Varint.Write(bytes, (ulong)numbers[cell.Key]);
            Varint.Write(bytes, cell.Step / SeriesDelta.StepWidth);
            Varint.Write(bytes, cell.Errors);
            cell.Durations.Write(bytes);
        }
        WriteExemplars(delta);
        return bytes.WrittenSpan;
    }

    /// <summary>Adds what the bytes say to memory.</summary>
    /// <exception cref="InvalidDataException">They are not those of a delta.</exception>
    public static void Read(ReadOnlySpan<byte> from, SeriesIntake intake)
    {
        var tenant = intake.Of(SegmentSummary.ReadText(ref from));
        var keys = new SeriesKey[Varint.ReadInt(ref from, from.Length)];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = SeriesKey.Read(ref from);
        }
        var places = new List<(int Number, long Step)>();
        for (int left = Varint.ReadInt(ref from, from.Length); left > 0; left--)
        {
            var key = keys[Varint.ReadInt(ref from, keys.Length - 1)];
            long step = (long)Varint.Read(ref from);
            ulong errors = Varint.Read(ref from);
            places.Add((intake.Add(tenant, key, step, errors, ref from), step));
        }
        for (int cell = 0; cell < places.Count && !from.IsEmpty; cell++)
        {
            if (Varint.ReadInt(ref from, places.Count - cell - 1) is var skipped and > 0)
            {
                cell += skipped;
            }
            var exemplars = Exemplars.Read(ref from);
            if (places[cell].Number >= 0)
            {
                tenant.Memory.Add(places[cell].Number, places[cell].Step, exemplars);
            }
        }
    }

    private void WriteExemplars(SeriesDelta delta)
    {
        int skipped = 0;
        for (int i = 0; i < delta.Count; i++)
        {
            var exemplars = delta[i].Exemplars;
            if (exemplars.IsEmpty)
            {
                skipped++;
                continue;
            }
            Varint.Write(bytes, (ulong)skipped);
            exemplars.Write(bytes);
            skipped = 0;
        }
    }
}
