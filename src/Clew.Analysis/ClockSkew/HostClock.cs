using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Analysis.ClockSkew;

/// <summary>Which clock a resource's spans were timed by: its host's where it names one, else that of its service's instance.</summary>
internal static class HostClock
{
    private static readonly byte[][] HostKeys = ["host.id"u8.ToArray(), "host.name"u8.ToArray()];
    private static readonly byte[][] InstanceKeys = ["service.namespace"u8.ToArray(), "service.name"u8.ToArray(), "service.instance.id"u8.ToArray()];

    /// <summary>A number that resources with one clock have in common, and others do not.</summary>
    public static ulong Of(SpanBatch batch, int resource)
    {
        foreach (byte[] key in HostKeys)
        {
            if (Text(batch, resource, key) is { IsEmpty: false } host)
            {
                return Mix(StableHash.Of(key), StableHash.Of(host));
            }
        }
        ulong clock = 0;
        foreach (byte[] key in InstanceKeys)
        {
            clock = Mix(clock, StableHash.Of(Text(batch, resource, key)));
        }
        return clock;
    }

    // Of a key that is there twice the last counts.
    private static ReadOnlySpan<byte> Text(SpanBatch batch, int resource, ReadOnlySpan<byte> key)
    {
        var rows = batch.Resources.Attributes[resource];
        for (int row = rows.End - 1; row >= rows.Start; row--)
        {
            if (batch.Attributes.Types[row] == AttributeType.String && batch.Strings[batch.Attributes.Keys[row]].SequenceEqual(key))
            {
                return batch.Strings[(int)batch.Attributes.Values[row]];
            }
        }
        return default;
    }

    private static ulong Mix(ulong a, ulong b) => (((a << 7) | (a >> 57)) ^ b) * 0x9E3779B97F4A7C15UL;
}
