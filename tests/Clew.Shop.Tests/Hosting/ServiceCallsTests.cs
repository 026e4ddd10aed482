using Shop.Hosting;

namespace Clew.Shop.Tests.Hosting;

public sealed class ServiceCallsTests
{
    [Theory]
    [InlineData("/orders", "/orders")]
    [InlineData("/carts/{session}/items", "/carts/s-1/items", "s-1")]
    [InlineData("/products?q={q}", "/products?q=a%26b%3D1", "a&b=1")]
    [InlineData("/a/{x}/b/{y}", "/a/..%2F/b/%C3%A9", "../", "é")]
    public void ATemplateIsFilledInOrderAndNothingEscapesItsPlace(string template, string path, params string[] values)
        => Assert.Equal(path, ServiceCalls.Fill(template, values));
}
