namespace Clew.Load.Payloads;

/// <summary>
/// Makes trace shapes of 10 to 20 spans: hops from service to service, each a server span with statements and calls below it.
/// </summary>
/// <param name="seed">Same seed, same shapes.</param>
internal sealed class ShapeBuilder(int seed)
{
    public const int MinSpans = 10;
    public const int MaxSpans = 20;
    private const double ErrorShare = 0.02;

    private readonly Random random = new(seed);

    /// <summary>Shapes of <paramref name="spans"/> spans together.</summary>
    /// <param name="spans">At least <see cref="MinSpans"/>.</param>
    /// <param name="quota">Spans that each service gets exactly, or null where it does not matter.</param>
    public List<TraceShape> Build(int spans, int? quota)
    {
        int[]? left = quota is { } each ? [.. Vocabulary.Services.Select(_ => each)] : null;
        var shapes = new List<TraceShape>();
        for (int remaining = spans; remaining > 0;)
        {
            int size = remaining <= MaxSpans ? remaining : Math.Min(random.Next(MinSpans, MaxSpans + 1), remaining - MinSpans);
            shapes.Add(Shape(size, left));
            remaining -= size;
        }
        return shapes;
    }

    private TraceShape Shape(int size, int[]? left)
    {
        var spans = new List<ShapeSpan>(size);
        var callers = new Queue<int>();
        while (spans.Count < size)
        {
            bool isRoot = spans.Count == 0;
            int service = isRoot && (left is null || left[0] > 0) ? 0 : Service(left);
            int hop = Math.Min(size - spans.Count, left?[service] ?? int.MaxValue);
            hop = Math.Min(hop, random.Next(2, 6));
            int parent = isRoot ? -1 : callers.Count > 0 ? callers.Dequeue() : 0;
            int server = spans.Count;
            spans.Add(Span(spans, service, SpanRole.HttpServer, parent));
            for (int i = 1; i < hop; i++)
            {
                bool isCall = random.Next(2) == 0;
                if (isCall)
                {
                    callers.Enqueue(spans.Count);
                }
                spans.Add(Span(spans, service, isCall ? SpanRole.HttpClient : SpanRole.Database, server));
            }
            if (left is not null)
            {
                left[service] -= hop;
            }
        }
        return new TraceShape([.. spans]);
    }

    private int Service(int[]? left)
    {
        if (left is null)
        {
            return random.Next(Vocabulary.Services.Length);
        }
        // Weighted by what is left, so that all run out together.
        int ticket = random.Next(left.Sum());
        int service = 0;
        while (ticket >= left[service])
        {
            ticket -= left[service++];
        }
        return service;
    }

    private ShapeSpan Span(List<ShapeSpan> spans, int service, SpanRole role, int parent)
    {
        double from = parent < 0 ? 0 : spans[parent].Offset;
        double room = parent < 0 ? 1 : spans[parent].Length;
        double start = parent < 0 ? 0 : from + (room * random.NextDouble() * 0.5);
        double length = parent < 0 ? 1 : (from + room - start) * (0.2 + (random.NextDouble() * 0.75));
        return new ShapeSpan(service, role, parent, start, length, random.Next(5), random.NextDouble() < ErrorShare);
    }
}
