using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Testing;

namespace Clew.Core.Tests.Columns;

public class SpanBatchCopierTests
{
    [Fact]
    public void Copies_of_several_batches_say_what_the_originals_say()
    {
        var to = new SpanBatch();
        var copier = new SpanBatchCopier(to);
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            to.Clear();
            copier.Forget();
            var expected = new List<string>();
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                var from = new SpanGenerator(random.Next(1000)).Batch(random.Next(1, 40));
                copier.Begin(from);
                foreach (int row in Enumerable.Range(0, from.Count).Where(_ => random.Next(3) > 0))
                {
                    expected.Add(SpanText.Line(from, row));
                    int copy = copier.Copy(row);
                    Assert.True(SpanContent.Same(from, row, to, copy));
                    Assert.Equal(from.Text(from.ServiceName(row)), to.Text(to.ServiceName(copy)));
                }
            }
            Assert.Equal(expected, Enumerable.Range(0, to.Count).Select(row => SpanText.Line(to, row)));
        }
    }

    [Fact]
    public void Equal_resources_and_scopes_of_different_batches_are_shared()
    {
        var to = new SpanBatch();
        var copier = new SpanBatchCopier(to);
        for (int i = 0; i < 10; i++)
        {
            var from = new SpanBatchBuilder();
            from.Id($"moves the ids {i}");
            from.Span(1, (ulong)i + 1, service: i % 2 == 0 ? "a" : "b");
            copier.Begin(from.Batch);
            copier.Copy(0);
        }
        Assert.Equal((2, 1), (to.Resources.Count, to.Scopes.Count));
    }

    [Fact]
    public void Steady_copying_allocates_nothing()
    {
        var from = new SpanGenerator(1).Batch(200);
        var to = new SpanBatch();
        var copier = new SpanBatchCopier(to);
        long before = 0;
        for (int round = 0; round < 6; round++)
        {
            before = round == 5 ? GC.GetAllocatedBytesForCurrentThread() : 0;
            to.Spans.Clear();
            to.Attributes.Clear();
            to.Events.Clear();
            to.Links.Clear();
            copier.Begin(from);
            for (int i = 0; i < from.Count; i++)
            {
                copier.Copy(i);
            }
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_service_name_is_the_last_one_that_is_text()
    {
        var builder = new SpanBatchBuilder();
        var batch = builder.Batch;
        int resource = batch.AddResource(builder.Attributes(("service.name", "first"), ("service.name", "last"), ("service.name", 3)), 0, 0);
        Assert.Equal("last", batch.Text(batch.Resources.ServiceNames[resource]));
        Assert.Equal(0, batch.Resources.ServiceNames[batch.AddResource(builder.Attributes(("service.name", 3)), 0, 0)]);
    }
}
