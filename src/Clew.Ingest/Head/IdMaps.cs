using Clew.Core.Columns;

namespace Clew.Ingest.Head;

/// <summary>Translates an arena's ids while spans are unpacked. Implemented by structs, so that each use is compiled for itself.</summary>
internal interface IIdMap
{
    int String(int id);

    int Resource(int row);

    int Scope(int row);
}

/// <summary>For the arena's own window: ids stay what they are.</summary>
internal readonly struct SameIds : IIdMap
{
    public int String(int id) => id;

    public int Resource(int row) => row;

    public int Scope(int row) => row;
}

/// <summary>For another batch.</summary>
internal readonly struct CopierIds(SpanBatchCopier copier) : IIdMap
{
    public int String(int id) => copier.String(id);

    public int Resource(int row) => copier.Resource(row);

    public int Scope(int row) => copier.Scope(row);
}

/// <summary>For a batch that shares the arena's dictionary.</summary>
internal readonly struct SharedStringIds(SpanBatchCopier copier) : IIdMap
{
    public int String(int id) => id;

    public int Resource(int row) => copier.Resource(row);

    public int Scope(int row) => copier.Scope(row);
}
