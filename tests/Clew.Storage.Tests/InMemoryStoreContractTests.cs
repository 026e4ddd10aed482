using Clew.Testing.Stores;

namespace Clew.Storage.Tests;

/// <summary>The model itself keeps the contract.</summary>
public sealed class InMemoryStoreContractTests : SpanStoreContract
{
    protected override ISpanStore Open() => new InMemorySpanStore();
}
