using System.Text;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>A span, or the root, of one of these services.</summary>
internal sealed class ServiceRule(IReadOnlyList<string> services, bool rootOnly) : ConditionRule
{
    private readonly byte[][] names = [.. services.Select(Encoding.UTF8.GetBytes)];
    private bool[] wanted = []; // by row of the batch's resources

    protected override void Begin(TraceView traces)
    {
        var resources = traces.Batch.Spans.Resources;
        if (wanted.Length < resources.Count)
        {
            wanted = new bool[resources.Capacity];
        }
        for (int row = 0; row < resources.Count; row++)
        {
            var name = traces.Batch.Spans.Strings[resources.ServiceNames[row]];
            wanted[row] = false;
            foreach (byte[] known in names)
            {
                wanted[row] |= name.SequenceEqual(known);
            }
        }
    }

    protected override bool Holds(TraceView traces, int trace)
    {
        var range = traces.Spans(trace);
        var resources = traces.Batch.Spans.Spans.Resources.AsSpan(range.Start, rootOnly ? 1 : range.Count);
        foreach (int resource in resources)
        {
            if (wanted[resource])
            {
                return true;
            }
        }
        return false;
    }
}
