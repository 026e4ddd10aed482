using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded;

/// <summary>The same with one open segment and no cache: closing and reading again changes nothing.</summary>
public sealed class EmbeddedStoreWithoutRoomContractTests : SpanStoreContract, IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    protected override ISpanStore Open() => directory.Open(openSegments: 1, cache: 0);
}
