using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Ingest.Closing;
using Clew.Ingest.Counting;
using Clew.Testing;

namespace Clew.Ingest.Tests.Counting;

/// <summary>A batch that is counted while it grows against the same batch counted at the end.</summary>
public sealed class CountedAheadTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CountsAreThoseOfTheWholeBatchWhereverItWasCountedInBetween(int seed)
    {
        var random = new Random(seed);
        var generator = new SpanGenerator(seed);
        var ahead = new BatchCounters(new CountingOptions());
        var atOnce = new BatchCounters(new CountingOptions());
        var growing = new SeriesDelta();
        var whole = new SeriesDelta();
        var closer = new TraceCloser();
        bool hadLinks = false;
        bool hadNone = false;
        for (int round = 0; round < 300; round++)
        {
            closer.Clear();
            bool begun = false;
            for (ulong trace = 1, traces = (ulong)random.Next(1, 12); trace <= traces; trace++)
            {
                var spans = generator.Batch(random.Next(1, 12), traces: 1, firstTrace: trace);
                if (random.Next(3) > 0)
                {
                    Array.Clear(spans.Spans.Links, 0, spans.Count);
                }
                closer.Begin(spans);
                for (int row = 0; row < spans.Count; row++)
                {
                    closer.Copier.Copy(row);
                }
                closer.Close(spans.Spans.TraceIds[0], TraceFlags.None);
                if (random.Next(2) == 0)
                {
                    if (!begun)
                    {
                        ahead.Begin(closer.Destination, growing, areKept: true);
                        begun = true;
                    }
                    ahead.CountAhead();
                }
            }
            if (!begun)
            {
                ahead.Begin(closer.Destination, growing, areKept: true);
            }
            ahead.Complete(late: null);
            atOnce.Begin(closer.Destination, whole, areKept: true);
            atOnce.Complete(late: null);
            Assert.Equal(Lines(whole), Lines(growing));
            hadLinks |= closer.Destination.Spans.Links.Count > 0;
            hadNone |= closer.Destination.Spans.Links.Count == 0;
        }
        Assert.True(hadLinks && hadNone);
    }

    private static string[] Lines(SeriesDelta delta) =>
        [.. Enumerable.Range(0, delta.Count).Select(i => delta[i]).Select(static cell =>
            $"{cell.Key} {cell.Step} {cell.Count} {cell.Errors} {cell.Durations.Sum} {cell.Exemplars.Slow} {cell.Exemplars.Typical}").Order(StringComparer.Ordinal)];
}
