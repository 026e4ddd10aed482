using Clew.Storage.Embedded.Series;
using Clew.Testing.Files;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded.Series;

public sealed class EmbeddedSeriesContractTests : SeriesStoreContract
{
    private readonly FaultyFileLayer files = SeriesProbe.Files(1);

    protected override ISeriesStore Open(AppendId? lastStored) => SeriesProbe.Open(files, lastStored, Clock);

    protected override Task MaintainAsync(ISeriesStore store) => ((EmbeddedSeriesStore)store).MaintainAsync(default);
}
