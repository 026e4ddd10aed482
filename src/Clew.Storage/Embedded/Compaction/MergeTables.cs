using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>Shares equal resources and scopes that several segments brought into a batch. Bounded by their tables.</summary>
internal sealed class MergeTables(SpanBatch batch)
{
    private readonly Dictionary<int, List<int>> resources = [];
    private readonly Dictionary<int, List<int>> scopes = [];

    /// <summary>The row that stands for the resource just added: itself, or an equal one, and then it is taken back.</summary>
    public int Resource(int added)
    {
        var candidates = Candidates(resources, Hash(batch.Resources.Attributes[added], batch.Resources.SchemaUrls[added]));
        foreach (int candidate in candidates)
        {
            if (SpanContent.SameResource(batch, candidate, batch, added))
            {
                batch.Attributes.Truncate(batch.Resources.Attributes[added].Start);
                batch.Resources.Truncate(added);
                return candidate;
            }
        }
        candidates.Add(added);
        return added;
    }

    /// <summary>The same for a scope.</summary>
    public int Scope(int added)
    {
        var candidates = Candidates(scopes, Hash(batch.Scopes.Attributes[added], batch.Scopes.Names[added]));
        foreach (int candidate in candidates)
        {
            if (SpanContent.SameScope(batch, candidate, batch, added))
            {
                batch.Attributes.Truncate(batch.Scopes.Attributes[added].Start);
                batch.Scopes.Truncate(added);
                return candidate;
            }
        }
        candidates.Add(added);
        return added;
    }

    private int Hash(RowRange rows, int first)
    {
        var hash = new HashCode();
        hash.Add(first);
        for (int i = rows.Start; i < rows.End; i++)
        {
            hash.Add(batch.Attributes.Keys[i]);
            hash.Add(batch.Attributes.Values[i]);
        }
        return hash.ToHashCode();
    }

    private static List<int> Candidates(Dictionary<int, List<int>> byHash, int hash)
    {
        if (!byHash.TryGetValue(hash, out var list))
        {
            byHash.Add(hash, list = []);
        }
        return list;
    }
}
