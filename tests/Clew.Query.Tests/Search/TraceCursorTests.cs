using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Search;

namespace Clew.Query.Tests.Search;

public sealed class TraceCursorTests
{
    [Fact]
    public void A_full_cursor_fits_into_a_request_line()
    {
        var cursor = new TraceCursor(
            new TracePosition(ulong.MaxValue, new TraceId(1, 2)),
            [.. Enumerable.Range(0, 200).Select(i => (ulong)i)],
            [.. Enumerable.Range(0, 56).Select(i => (ulong)i)],
            [.. Enumerable.Range(0, 64).Select(i => new TraceId((ulong)i, 7))],
            lookEverywhere: true);
        string text = cursor.ToString();
        Assert.InRange(text.Length, 1, 4300);
        Assert.Equal(text, Uri.EscapeDataString(text));
        Assert.True(TraceCursor.TryParse(text, out var back));
        Assert.Equal(cursor.Position, back.Position);
        Assert.Equal(cursor.Settled, back.Settled);
        Assert.Equal(cursor.Unsettled, back.Unsettled);
        Assert.Equal(cursor.Deferred, back.Deferred);
        Assert.True(back.LookEverywhere);
    }

    [Fact]
    public void A_cursor_with_one_changed_character_is_not_a_cursor()
    {
        string text = new TraceCursor(new TracePosition(5, new TraceId(1, 2)), [3], [4], [new TraceId(5, 6)], false).ToString();
        for (int i = 0; i < text.Length; i++)
        {
            foreach (char c in "A_z9 =")
            {
                string changed = text[..i] + c + text[(i + 1)..];
                Assert.Equal(changed == text, TraceCursor.TryParse(changed, out _));
            }
            Assert.False(TraceCursor.TryParse(text.AsSpan(0, i), out _));
        }
        Assert.False(TraceCursor.TryParse(new string('A', 100_000), out _));
    }
}
