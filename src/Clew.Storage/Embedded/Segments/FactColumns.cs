using System.Buffers.Binary;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The optional columns of what closing derived for each trace.</summary>
internal sealed class FactColumns
{
    private readonly ColumnWriter shape;
    private readonly ShapeIds shapes;
    private readonly ColumnWriter rootService;
    private readonly ColumnWriter rootName;
    private readonly ColumnWriter errors;
    private readonly ColumnWriter services;

    public FactColumns(ColumnSet set)
    {
        shape = set.Ids(ColumnRole.TraceShape, OwnerKind.Trace);
        shapes = new ShapeIds(shape.Dictionary!);
        rootService = set.Strings(ColumnRole.TraceRootService, OwnerKind.Trace);
        rootName = set.Strings(ColumnRole.TraceRootName, OwnerKind.Trace);
        errors = set.Integers(ColumnRole.TraceErrors, OwnerKind.Trace);
        services = set.Integers(ColumnRole.TraceServices, OwnerKind.Trace);
    }

    public void Add(in TraceFacts facts)
    {
        Span<byte> hash = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(hash, facts.Shape);
        shape.Add(shapes.IdOf(facts.Shape == 0 ? default : hash));
        rootService.AddString(facts.RootService);
        rootName.AddString(facts.RootName);
        errors.Add(facts.Errors);
        services.Add(facts.Services);
    }
}
