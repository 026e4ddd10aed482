using System.Diagnostics;
using Shop.Database;
using Shop.Faults;

namespace Shop.Hosting;

/// <summary>What a service is given.</summary>
internal sealed record ServiceContext(
    string Name,
    ServiceCalls Calls,
    SwitchBoard Switches,
    ActivitySource Activities,
    TimeProvider Time)
{
    /// <summary>A database of the service's own.</summary>
    /// <param name="roundTrip">Milliseconds of one statement there and back.</param>
    /// <param name="page">Milliseconds to read one page.</param>
    public ShopDatabase OpenDatabase(double roundTrip, double page = 0.2)
        => new($"shop_{Name}", DatabaseTiming.FromMilliseconds(roundTrip, page), Activities, Time);
}
