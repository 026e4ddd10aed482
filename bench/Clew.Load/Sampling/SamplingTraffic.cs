using System.Text;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Load.Sampling;

/// <summary>Closed traces whose true number is known, as the hand-over has them: a few fail, are slow, or of a shape of their own.</summary>
internal sealed class SamplingTraffic(int seed)
{
    private const ulong Second = 1_000_000_000;
    private const int OnePlantedIn = 1000;

    private readonly Random random = new(seed);
    private readonly TraceBatch batch = new();
    private ulong nextSpan = 1;

    public static string[] Services { get; } = ["gateway", "checkout", "pricing", "stock", "payments", "mail"];

    /// <summary>Spans there were, by service, whatever the sender dropped.</summary>
    public long[] True { get; } = new long[Services.Length];

    /// <summary>Traces that were planted: failed, slow, rare.</summary>
    public HashSet<TraceId> Planted { get; } = [];

    /// <summary>The next traces, as a sender that samples lets them through. Valid until the next call.</summary>
    public TraceBatch Next(int traces, SamplingThreshold sent)
    {
        batch.Clear();
        var spans = batch.Spans;
        int[] names = [.. Services.Select(service => spans.Strings.Intern(Encoding.UTF8.GetBytes(service)))];
        int key = spans.Strings.Intern("service.name"u8);
        int[] resources = new int[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            int attribute = spans.Attributes.Count;
            spans.Attributes.Add(key, AttributeType.String, names[i]);
            resources[i] = spans.AddResource(new RowRange(attribute, 1), 0, 0);
        }
        int scope = spans.AddScope(0, 0, default, 0, 0);
        int state = sent == SamplingThreshold.Always ? 0 : spans.Strings.Intern(Encoding.UTF8.GetBytes($"ot=th:{sent}"));
        for (int i = 0; i < traces; i++)
        {
            var id = new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
            int planted = random.Next(OnePlantedIn);
            bool passes = sent.Keeps(SamplingState.RandomnessOf(id));
            int first = spans.Count;
            for (int count = 1 + random.Next(12), n = 0; n < count; n++)
            {
                int service = random.Next(1 + random.Next(Services.Length));
                True[service]++;
                if (passes)
                {
                    ulong length = n == 0 && planted == 1 ? 9 * Second : (ulong)random.Next(1000, 1_000_000);
                    var status = n == count - 1 && planted == 0 ? StatusCode.Error : StatusCode.Unset;
                    Add(id, n == 0, names[service], resources[service], scope, state, length, status);
                }
            }
            if (passes)
            {
                int row = batch.Traces.Add(id, new RowRange(first, spans.Count - first), TraceFlags.None);
                batch.Traces.ShapeHashes[row] = planted == 2 ? id.Low : 1;
                if (planted < 3)
                {
                    Planted.Add(id);
                }
            }
        }
        return batch;
    }

    private void Add(TraceId id, bool isRoot, int name, int resource, int scope, int state, ulong length, StatusCode status)
    {
        var t = batch.Spans.Spans;
        int row = t.AddRow();
        t.TraceIds[row] = id;
        t.SpanIds[row] = new SpanId(nextSpan++);
        t.ParentSpanIds[row] = isRoot ? default : new SpanId(nextSpan - 2);
        t.TraceStates[row] = state;
        t.Flags[row] = 0;
        t.Names[row] = name;
        t.Kinds[row] = SpanKind.Internal;
        t.StartTimes[row] = Second;
        t.EndTimes[row] = Second + length;
        t.StatusCodes[row] = status;
        t.StatusMessages[row] = 0;
        t.Attributes[row] = default;
        t.DroppedAttributesCounts[row] = 0;
        t.Events[row] = default;
        t.DroppedEventsCounts[row] = 0;
        t.Links[row] = default;
        t.DroppedLinksCounts[row] = 0;
        t.Resources[row] = resource;
        t.Scopes[row] = scope;
    }
}
