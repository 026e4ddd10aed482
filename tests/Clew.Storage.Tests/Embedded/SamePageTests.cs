using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Tests.Embedded;

/// <summary>A page that is only told to have one value must be the page that its values would have made: readers and merges know one form.</summary>
public class SamePageTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 8192)]
    [InlineData(-5, 3)]
    [InlineData(257, 100)]
    [InlineData(long.MaxValue, 64)]
    [InlineData(long.MinValue, 2)]
    public void APageToldToBeOfOneValueIsThePageOfThoseValues(long value, int times)
    {
        var told = new ColumnWriter(ColumnRole.Flags, OwnerKind.Span, new SegmentBuffers());
        var added = new ColumnWriter(ColumnRole.Flags, OwnerKind.Span, new SegmentBuffers());
        told.AddSame(value, times);
        for (int i = 0; i < times; i++)
        {
            added.Add(value);
        }
        told.EndPage();
        added.EndPage();
        told.Add(7); // The next page is an ordinary one.
        added.Add(7);
        told.EndPage();
        added.EndPage();

        Assert.Equal(added.Pages, told.Pages);
        Assert.Equal(added.Bytes.Select(page => page.ToArray()), told.Bytes.Select(page => page.ToArray()));
    }
}
