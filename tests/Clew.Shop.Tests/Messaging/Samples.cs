using System.Diagnostics;
using Shop.Faults;
using Shop.Hosting;
using Shop.Model;

namespace Clew.Shop.Tests.Messaging;

/// <summary>What messages and their owners need in tests.</summary>
internal static class Samples
{
    public static readonly ActivitySource Activities = new("Clew.Shop.Tests");

    public static readonly OrderEvent Event = new("o-1", "u-1", "DE", 3, new Money(12.5m, "EUR"), null);

    public static Message Message(string id, string topic = "orders.placed") => new(id, topic, "", "s-1", "u-1", "o-1", Event);

    public static ServiceContext Context(HttpClient http, AddressBook addresses)
        => new("test", new ServiceCalls(http, addresses), new SwitchBoard(), Activities, TimeProvider.System);
}
