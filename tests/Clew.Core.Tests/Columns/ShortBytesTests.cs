using Clew.Core.Columns;

namespace Clew.Core.Tests.Columns;

public class ShortBytesTests
{
    [Fact]
    public void Bytes_are_the_same_only_where_every_one_is()
    {
        var random = new Random(1);
        byte[] a = new byte[200];
        random.NextBytes(a);
        for (int length = 0; length <= 130; length++)
        {
            byte[] b = new byte[200];
            a.AsSpan(7, length).CopyTo(b);
            Assert.True(ShortBytes.Same(ref a[7], ref b[0], length));
            for (int i = 0; i < length; i++)
            {
                b[i] ^= (byte)(1 << (i & 7));
                Assert.False(ShortBytes.Same(ref a[7], ref b[0], length));
                b[i] = a[7 + i];
            }
        }
    }

    [Fact]
    public void The_prefix_ends_at_the_first_byte_that_differs()
    {
        byte[] a = [.. Enumerable.Range(0, 80).Select(static i => (byte)(i * 37))];
        for (int differs = 0; differs <= ShortBytes.Window; differs++)
        {
            byte[] b = [.. a];
            b[3 + differs] ^= 0x80;
            for (int i = differs + 2; i < 70; i += 5)
            {
                b[3 + i] ^= 1; // What comes behind says nothing.
            }
            Assert.Equal(differs, ShortBytes.Prefix(ref a[3], ref b[3]));
        }
    }

    [Fact]
    public void One_byte_of_0x80_or_more_at_any_place_is_no_ascii()
    {
        for (int length = 0; length <= 130; length++)
        {
            byte[] a = new byte[200];
            a.AsSpan().Fill(0xFF);
            a.AsSpan(5, length).Fill(0x7F);
            Assert.True(ShortBytes.IsAscii(ref a[5], length));
            for (int i = 0; i < length; i++)
            {
                a[5 + i] = 0x80;
                Assert.False(ShortBytes.IsAscii(ref a[5], length));
                a[5 + i] = 0;
            }
        }
    }
}
