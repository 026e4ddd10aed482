using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>Brings entries of a dictionary into a result's values, a page at a time while they come in order.</summary>
internal struct EntryReader(SegmentReader reader, AggregateResult into)
{
    private DictionaryPage? page;
    private int dictionary;
    private int first;

    /// <summary>The result's number of an entry's value.</summary>
    public int Intern(int ofDictionary, AttributeType type, long entry)
    {
        if (page is null || dictionary != ofDictionary || (ulong)(entry - first) >= (ulong)page.Count)
        {
            page = reader.Page(ofDictionary, entry, out first);
            dictionary = ofDictionary;
        }
        return into.Intern(type, 0, page[(int)entry - first]);
    }
}
