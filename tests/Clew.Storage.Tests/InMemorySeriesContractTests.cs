using Clew.Testing.Stores;

namespace Clew.Storage.Tests;

/// <summary>The model keeps the contract, too.</summary>
public sealed class InMemorySeriesContractTests : SeriesStoreContract
{
    protected override ISeriesStore Open(AppendId? lastStored) => new InMemorySeriesStore();
}
