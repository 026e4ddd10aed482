using System.Buffers.Binary;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Files;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Recovery;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Offline;

/// <summary>
/// Reads every byte of one segment. Damage is gathered, not thrown: 1. header; 2. footer and trailer; 3. every page of every column;
/// 4. dictionaries with their filters; 5. traces and their index; 6. every span as a reader would see it; 7. the deletion list.
/// </summary>
internal sealed class SegmentCheck(StoreFiles store, ManifestEntry entry)
{
    private bool sharedLost;

    /// <summary>What is wrong, one sentence each.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>The segment cannot be opened: readers never see any of it.</summary>
    public bool IsLost { get; private set; }

    public void Run()
    {
        IDataFile file;
        try
        {
            file = store.Files.Open(Path.Combine(store.Root, entry.Path), DataFileMode.Read);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Lose(failure.Message);
            return;
        }
        try
        {
            if (file.Length != entry.Length)
            {
                Lose($"it has {file.Length} bytes instead of {entry.Length}");
                return;
            }
            // 1
            CheckHeader(file);
            // 2
            var directory = SegmentDirectory.Read(file);
            if (directory.Summary != entry.Summary)
            {
                Lose("it is not the one that the manifest names");
                return;
            }
            using var reader = new SegmentReader(1, file, directory, new PageCache(16 << 20));
            try
            {
                CheckContent(reader);
            }
            catch (Exception failure) when (IsDamage(failure))
            {
                Problems.Add($"it can be read in part at most: {failure.Message}");
            }
        }
        catch (Exception failure) when (IsDamage(failure))
        {
            Lose(failure.Message);
        }
        finally
        {
            file.Dispose();
        }
        // 7
        CheckList();
    }

    private void CheckHeader(IDataFile file)
    {
        byte[] header = new byte[SegmentFormat.HeaderLength];
        if (file.Read(header, 0) != header.Length
            || !header.AsSpan().StartsWith(SegmentFormat.Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12)) != Crc32C.Of(header.AsSpan(0, 12)))
        {
            Problems.Add("the header is damaged, which readers do not need");
        }
    }

    private void CheckContent(SegmentReader reader)
    {
        var badGroups = new bool[entry.Summary.Pages(entry.Summary.Spans)];
        // 3
        long[] values = [];
        foreach (var column in reader.Directory.Columns)
        {
            for (int page = 0; page < column.Pages.Length; page++)
            {
                int count = column.Pages[page].Count;
                if (values.Length < count)
                {
                    values = new long[count];
                }
                int at = page;
                Try(badGroups, () => reader.ReadOnce(column, at, values.AsSpan(0, count)));
            }
        }
        // 4
        for (int i = 0; i < reader.Directory.Dictionaries.Count; i++)
        {
            int dictionary = i;
            var info = reader.Directory.Dictionaries[i];
            for (int page = 0; page < info.FirstIds.Length; page++)
            {
                int at = page;
                Try(badGroups, () => Unpack(reader.ReadDictionaryOnce(dictionary, at)));
            }
            Try(badGroups, () => reader.Find(dictionary, "\u0001 not there"u8));
        }
        if (sharedLost)
        {
            return;
        }
        // 5 and 6
        CheckTraces(reader, badGroups);
    }

    private void CheckTraces(SegmentReader reader, bool[] badGroups)
    {
        using var traces = new TraceRows(reader);
        var batch = new SpanBatch();
        using var decoder = new SpanDecoder(reader, batch, endToEnd: true);
        var rows = new List<int>();
        for (int row = 0; row < reader.Directory.Resources; row++)
        {
            decoder.Shared.Resource(row);
        }
        for (int row = 0; row < reader.Directory.Scopes; row++)
        {
            decoder.Shared.Scope(row);
        }
        int sharedAttributes = batch.Attributes.Count;
        for (int trace = 0; trace < entry.Summary.Traces; trace++)
        {
            var id = traces.Id(trace);
            var spans = traces.Spans(trace);
            rows.Clear();
            reader.FindTrace(id, rows);
            if (!rows.Contains(trace))
            {
                Problems.Add($"the index does not find trace {id}");
                return;
            }
            int first = spans.Start / reader.Directory.GroupRows;
            int last = (spans.End - 1) / reader.Directory.GroupRows;
            if (!badGroups.AsSpan(first, last - first + 1).Contains(true))
            {
                Try(badGroups, () => decoder.Decode(id, spans));
            }
            // Strings, resources and scopes stay: the decoder knows them.
            batch.Attributes.Truncate(sharedAttributes);
            batch.Spans.Clear();
            batch.Events.Clear();
            batch.Links.Clear();
        }
    }

    private static void Unpack(DictionaryPage page)
    {
        for (int entry = 0; entry < page.Count; entry++)
        {
            _ = page[entry];
        }
    }

    private void CheckList()
    {
        if (store.Lists.Contains(DeletionFile.PathOf(entry.Path)))
        {
            try
            {
                DeletionFile.Read(store.Files, store.Root, entry.Path, entry.Summary);
            }
            catch (Exception failure) when (IsDamage(failure))
            {
                Problems.Add($"its deletion list cannot be read, {failure.Message}; the segment is left out lest deleted traces are shown");
            }
        }
    }

    private void Try(bool[] badGroups, Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (IsDamage(failure))
        {
            int group = failure is SegmentDamagedException damaged ? damaged.Group : -1;
            if (group < 0 || group >= badGroups.Length)
            {
                sharedLost = true;
                Problems.Add($"what any of its traces may need is lost, {failure.Message}");
            }
            else
            {
                badGroups[group] = true;
                Problems.Add($"row group {group} is lost, {failure.Message}");
            }
        }
    }

    private void Lose(string reason)
    {
        IsLost = true;
        Problems.Add($"it cannot be opened: {reason}");
    }

    private static bool IsDamage(Exception failure) => StoreHealth.IsDamage(failure) || failure is IOException or UnauthorizedAccessException or ArgumentException;
}
