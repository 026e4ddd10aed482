using System.Text;
using Clew.Core.Columns;

namespace Clew.Core.Tests.Columns;

public class StringTableTests
{
    [Fact]
    public void Agrees_with_a_dictionary_of_strings()
    {
        var table = new StringTable();
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            byte[] source = new byte[4000];
            random.NextBytes(source);
            table.Reset(source);
            var ids = new Dictionary<string, int> { [""] = 0 };
            for (int i = random.Next(400); i > 0; i--)
            {
                int length = random.Next(3) == 0 ? random.Next(3) : random.Next(60);
                int offset = random.Next(source.Length - length);
                string key = Convert.ToHexString(source, offset, length);
                int known = ids.GetValueOrDefault(key, -1);
                Assert.Equal(known, table.Find(source.AsSpan(offset, length)));
                int id = random.Next(2) == 0 ? table.InternSlice(offset, length) : table.Intern(source.AsSpan(offset, length));
                Assert.Equal(known < 0 ? ids.Count : known, id);
                ids[key] = id;
            }
            Assert.Equal(ids.Count, table.Count);
            Assert.All(ids, pair => Assert.Equal(pair.Key, Convert.ToHexString(table[pair.Value])));
        }
    }

    [Fact]
    public void An_entry_of_another_table_is_the_same_string_as_its_bytes()
    {
        var from = new StringTable();
        var to = new StringTable();
        byte[] source = Encoding.UTF8.GetBytes("a slice of the source, longer than sixteen bytes");
        from.Reset(source);
        for (int i = 0; i < 2000; i++)
        {
            int id = i % 2 == 0 ? from.Intern(Encoding.UTF8.GetBytes($"string {i % 700}")) : from.InternSlice(i % 7, i % 40);
            int copied = to.Intern(from, id);
            Assert.Equal(Convert.ToHexString(from[id]), Convert.ToHexString(to[copied]));
            Assert.Equal(copied, to.Find(from[id]));
        }
        Assert.Equal(from.Count, to.Count);
    }

    [Fact]
    public void A_span_stays_readable_while_the_arena_grows()
    {
        var table = new StringTable();
        var first = table[table.Intern("the first"u8)];
        for (int i = 0; i < 10_000; i++)
        {
            table.Intern(Encoding.UTF8.GetBytes($"another {i}"));
        }
        Assert.Equal("the first", Encoding.UTF8.GetString(first));
    }

    [Fact]
    public void Reset_forgets_everything_and_grows_no_further()
    {
        var table = new StringTable();
        long allocated = 0;
        for (int round = 0; round < 5; round++)
        {
            table.Reset();
            for (int i = 0; i < 1000; i++)
            {
                Assert.Equal(i + 1, table.Intern(Encoding.UTF8.GetBytes($"{round} {i}")));
            }
            Assert.Equal(-1, table.Find(Encoding.UTF8.GetBytes($"{round - 1} 5")));
            allocated = round == 0 ? table.AllocatedBytes : allocated;
        }
        Assert.Equal(allocated, table.AllocatedBytes);
        Assert.Equal((1001 * 28) + Enumerable.Range(0, 1000).Sum(i => $"4 {i}".Length), table.UsedBytes);
    }

    [Fact]
    public void Strings_that_differ_in_one_byte_are_different_whatever_their_length()
    {
        var table = new StringTable();
        var seen = new HashSet<int> { 0 };
        for (int length = 1; length <= 70; length++)
        {
            for (int at = 0; at < length; at++)
            {
                byte[] bytes = new byte[length];
                bytes[at] = 1;
                Assert.True(seen.Add(table.Intern(bytes)));
            }
            Assert.True(seen.Add(table.Intern(new byte[length])));
        }
    }

    [Fact]
    public void A_table_that_shares_anothers_entries_keeps_reading_them_while_that_one_grows()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var owner = new StringTable();
            var view = new StringTable();
            var known = new List<string> { "" };
            view.Intern("of its own"u8);
            view.Share(owner);
            for (int i = 0; i < 3000; i++)
            {
                string text = $"text {random.Next(2000)}";
                bool through = random.Next(3) == 0;
                int id = (through ? view : owner).Intern(Encoding.UTF8.GetBytes(text));
                if (id == known.Count)
                {
                    known.Add(text);
                }
                Assert.Equal(text, known[id]);
                int shown = random.Next(view.Count);
                Assert.Equal(known[shown], Encoding.UTF8.GetString(view[shown]));
                int wanted = random.Next(known.Count);
                int found = view.Find(Encoding.UTF8.GetBytes(known[wanted]));
                Assert.True(found == wanted || (found == -1 && wanted >= view.Count), $"{found} is not {wanted}");
            }
            view.Refresh();
            Assert.Equal(owner.Count, view.Count);
            Assert.Equal(0, view.AllocatedBytes);
            view.Reset();
            Assert.Equal(1, view.Intern("of its own"u8));
            Assert.Equal(known.Count, owner.Count);
            Assert.All(known.Select((text, id) => (text, id)), pair => Assert.Equal(pair.id, owner.Find(Encoding.UTF8.GetBytes(pair.text))));
        }
    }

    [Fact]
    public void All_strings_at_once_get_the_ids_they_would_get_one_by_one()
    {
        var random = new Random(1);
        var together = new StringTable();
        var single = new StringTable();
        for (int round = 0; round < 50; round++)
        {
            var source = new StringTable();
            for (int i = random.Next(300); i > 0; i--)
            {
                source.Intern(Encoding.UTF8.GetBytes($"{random.Next(5000)}"));
            }
            int[] ids = new int[source.Count];
            together.InternAll(source, ids);
            Assert.Equal(Enumerable.Range(0, source.Count).Select(id => single.Intern(source, id) + 1), ids);
        }
        Assert.Equal(Enumerable.Range(1, together.Count - 1).Sum(id => together[id].Length), together.TextBytes);
    }
}
