using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded;

public sealed class EmbeddedStoreContractTests : SpanStoreContract, IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    protected override ISpanStore Open() => directory.Open();
}
