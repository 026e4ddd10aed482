using Shop.Faults;
using Shop.Hosting;

namespace Clew.Shop.Tests.Hosting;

public sealed class ServicePipeTests
{
    [Fact]
    public async Task AddressesAndSwitchesAreTakenAndAnsweredUntilTheInputEnds()
    {
        var addresses = new AddressBook();
        var switches = new SwitchBoard();
        var output = new StringWriter { NewLine = "\n" };
        var input = new StringReader("set pricing=parallel\nset pricing=nonsense\nnonsense\naddresses cart=81 auth=82\n");

        await new ServicePipe(input, output, addresses, switches).RunAsync(4242);

        Assert.Equal("listening 4242\ndone pricing=parallel\nready\n", output.ToString());
        Assert.Equal("parallel", switches["pricing"]);
        Assert.Equal(new Uri("http://127.0.0.1:82"), addresses.Base("auth"));
        Assert.Throws<InvalidOperationException>(() => addresses.Base("fraud"));
    }

    [Fact]
    public void AddressesSurviveTheLine()
    {
        var ports = new Dictionary<string, int> { ["cart"] = 1, ["fx-rates"] = 65_535 };
        Assert.Equal(ports, AddressBook.Parse(AddressBook.Format(ports)));
    }
}
