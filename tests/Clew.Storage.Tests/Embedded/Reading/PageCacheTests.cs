using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Tests.Embedded.Reading;

/// <summary>What is read once does not drive out what is read again and again, and the bound holds whatever is asked.</summary>
public sealed class PageCacheTests
{
    private const int Overhead = 128;

    [Fact]
    public void AScanLeavesWhatWasReadAgain()
    {
        var cache = new PageCache(100 * (1000 + Overhead));
        for (int page = 0; page < 50; page++)
        {
            cache.Add(1, page, page, 1000);
            Assert.NotNull(cache.Find(1, page));
        }
        for (int page = 0; page < 10_000; page++)
        {
            cache.Add(2, page, page, 1000);
        }
        Assert.Equal(50, Enumerable.Range(0, 50).Count(page => cache.Find(1, page) is not null));
    }

    [Fact]
    public void WhatIsNotReadAnyMoreMakesRoom()
    {
        var cache = new PageCache(100 * (1000 + Overhead));
        for (int page = 0; page < 200; page++)
        {
            cache.Add(1, page, page, 1000);
            Assert.NotNull(cache.Find(1, page));
        }
        Assert.Null(cache.Find(1, 0));
        Assert.Equal(100, Enumerable.Range(0, 200).Count(page => cache.Find(1, page) is not null));
    }

    [Fact]
    public void OnlyWhatIsAskedForAgainIsWorthKeeping()
    {
        var cache = new PageCache(64 << 20);
        var pages = new Random(1).GetItems(Enumerable.Range(0, 1 << 20).ToArray(), 1000).Distinct().ToList();
        int atOnce = pages.Count(page => cache.IsAskedAgain(3, page));
        int again = pages.Count(page => cache.IsAskedAgain(3, page));
        // Places collide now and then, and the later page takes the place.
        Assert.InRange(atOnce, 0, 2);
        Assert.InRange(again, pages.Count * 9 / 10, pages.Count);
        foreach (int page in Enumerable.Range(2_000_000, 1_000_000))
        {
            cache.IsAskedAgain(3, page);
        }
        Assert.InRange(pages.Count(page => cache.IsAskedAgain(3, page)), 0, 5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void HoldsItsBoundAndNeverAnotherPage(int seed)
    {
        const long Capacity = 20_000;
        var random = new Random(seed);
        var cache = new PageCache(Capacity);
        int found = 0;
        for (int step = 0; step < 20_000; step++)
        {
            long file = random.Next(3);
            long place = random.Next(40);
            if (cache.Find(file, place) is { } page)
            {
                Assert.Equal((file, place), page);
                found++;
            }
            else
            {
                cache.Add(file, place, (file, place), 100 + random.Next(900));
            }
            Assert.InRange(cache.Use.Used, 0, Capacity);
        }
        Assert.InRange(found, 1000, 19_000);
        Assert.Null(cache.Find(4, 0));
    }
}
