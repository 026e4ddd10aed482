using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Sampling.Decisions;
using Clew.Ingest.Sampling.Rules;

namespace Clew.Ingest.Sampling;

/// <summary>
/// Decides about the traces of batches by one policy: thresholds from the rules, what is known already left as it was. Changes nothing that
/// outlives the batch before <see cref="Commit"/>.
/// </summary>
/// <remarks>
/// Each tenant has rules, and so rates and recent values, of its own; bounded by the tenants. Belongs to one thread at a time.
/// </remarks>
internal sealed class SamplingRun(SamplingConfig config, DecisionMemory decisions, TimeProvider clock)
{
    private readonly Dictionary<Tenant, ISamplingRule> rulesOf = [];
    private readonly LinkedTraces linked = new(decisions);
    private readonly TraceView view = new();
    private readonly Dictionary<ulong, int> firstOf = []; // undecided traces of this batch, by number
    private ISamplingRule? last;
    private ulong[] keys = [];
    private ulong[] thresholds = []; // by trace of the batch
    private bool[] kept = [];
    private bool[] followed = [];
    private ulong[] undecidedKeys = [];
    private ulong[] undecided = []; // thresholds of the view's traces
    private bool[] passed = [];

    public SamplingConfig Config => config;

    /// <summary>The traces' numbers.</summary>
    public ReadOnlySpan<ulong> Keys => keys;

    /// <summary>What was decided about a trace of the batch.</summary>
    public SamplingDecision Decision(int trace) => new(new SamplingThreshold(thresholds[trace]), kept[trace]);

    /// <summary>True for a trace about which an earlier batch decided.</summary>
    public bool HasFollowed(int trace) => followed[trace];

    /// <summary>Decides about every trace of a batch.</summary>
    public void Decide(Tenant tenant, TraceBatch batch)
    {
        int count = batch.Traces.Count;
        MakeRoom(count);
        ulong tenantKey = DecisionKey.OfTenant(tenant);
        view.Begin(tenant, batch);
        firstOf.Clear();
        for (int trace = 0; trace < count; trace++)
        {
            ulong key = keys[trace] = DecisionKey.Of(tenantKey, batch.Traces.TraceIds[trace]);
            followed[trace] = decisions.TryFind(key, out var decision);
            if (followed[trace])
            {
                (thresholds[trace], kept[trace]) = (decision.Threshold.Value, decision.IsKept);
                continue;
            }
            undecidedKeys[view.Count] = key;
            view.Add(trace);
        }
        var given = undecided.AsSpan(0, view.Count);
        var keeps = passed.AsSpan(0, view.Count);
        last = Rules(tenant);
        last.Evaluate(view, given);
        Unite(given);
        for (int i = 0; i < given.Length; i++)
        {
            keeps[i] = view.Randomness(i) >= given[i];
        }
        if (config.KeepLinked)
        {
            linked.Apply(view, undecidedKeys.AsSpan(0, view.Count), tenantKey, given, keeps);
        }
        for (int i = 0; i < given.Length; i++)
        {
            thresholds[view.Row(i)] = given[i];
            kept[view.Row(i)] = keeps[i];
        }
    }

    /// <summary>The batch was stored.</summary>
    public void Commit()
    {
        last?.Commit();
        if (config.KeepLinked)
        {
            linked.Commit();
        }
    }

    /// <summary>Several parts of one trace in a batch share what the most favoured was given.</summary>
    private void Unite(Span<ulong> given)
    {
        bool any = false;
        for (int i = 0; i < given.Length; i++)
        {
            if (!firstOf.TryAdd(undecidedKeys[i], i))
            {
                int first = firstOf[undecidedKeys[i]];
                given[first] = Math.Min(given[first], given[i]);
                any = true;
            }
        }
        for (int i = 0; any && i < given.Length; i++)
        {
            given[i] = given[firstOf[undecidedKeys[i]]];
        }
    }

    private ISamplingRule Rules(Tenant tenant)
    {
        if (!rulesOf.TryGetValue(tenant, out var rules))
        {
            rulesOf.Add(tenant, rules = RuleFactory.Create(config.Policy, clock));
        }
        return rules;
    }

    private void MakeRoom(int count)
    {
        if (keys.Length < count)
        {
            int size = Math.Max(count, keys.Length * 2);
            keys = new ulong[size];
            thresholds = new ulong[size];
            kept = new bool[size];
            followed = new bool[size];
            undecidedKeys = new ulong[size];
            undecided = new ulong[size];
            passed = new bool[size];
        }
    }
}
