using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded;

/// <summary>The same with one open segment, no cache and row groups of a few spans, so that traces lie across many of them.</summary>
public sealed class EmbeddedStoreWithoutRoomContractTests : SpanStoreContract, IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    protected override ISpanStore Open() => directory.Open(openSegments: 1, cache: 0, groupRows: 5);
}
