using System.Runtime.InteropServices;
using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>
/// Numbers in a result for what names the groups of an arena's classes. Classes are many, names, resources and scopes are few: each of
/// these is read once, not once for every class that has it.
/// </summary>
/// <remarks>Bounded by the arena's names, resources and scopes. Used with the lock of the arena's shard; belongs to one reader.</remarks>
internal sealed class ClassKeys
{
    private readonly Arena arena;
    private readonly AggregateResult result;
    private readonly FieldReference[] fields;
    private readonly SpanFieldReader[] readers;
    private readonly Dictionary<long, int>[] known; // by field: number of the value, by the part of the class that decides it

    public ClassKeys(Arena arena, AggregateResult result)
    {
        this.arena = arena;
        this.result = result;
        fields = [.. result.Request.GroupBy];
        readers = Array.ConvertAll(fields, field => new SpanFieldReader(arena.Batch, field));
        known = Array.ConvertAll(fields, static _ => new Dictionary<long, int>());
    }

    /// <summary>True where all spans of a class have the same value of the field.</summary>
    public static bool IsOfClass(FieldReference field) => field.Field switch
    {
        SpanField.Name or SpanField.Kind or SpanField.StatusCode or SpanField.ServiceName or SpanField.ScopeName or SpanField.ScopeVersion => true,
        SpanField.Attribute => (field.Scope & ~(AttributeScope.Resource | AttributeScope.Scope)) == 0,
        _ => false,
    };

    /// <summary>True where all classes of a resource have the same value of the field.</summary>
    public static bool IsOfResource(FieldReference field) =>
        field.Field == SpanField.ServiceName || field is { Field: SpanField.Attribute, Scope: AttributeScope.Resource };

    /// <summary>Fills in the numbers of the values that a class has, one for each field that groups are named by.</summary>
    public void Read(int number, Span<int> key)
    {
        ref readonly var one = ref arena.Classes[number];
        for (int i = 0; i < key.Length; i++)
        {
            ref int value = ref CollectionsMarshal.GetValueRefOrAddDefault(known[i], Part(fields[i].Field, one), out bool isKnown);
            if (!isKnown)
            {
                var named = readers[i].Value(arena.ShowClass(number));
                value = result.Intern(named.Type, named.Bits, named.Bytes);
                arena.Hide();
            }
            key[i] = value;
        }
    }

    private static long Part(SpanField field, in SpanClass one) => field switch
    {
        SpanField.Name => one.Name,
        SpanField.Kind or SpanField.StatusCode => one.Bits,
        SpanField.ServiceName => one.Resource,
        SpanField.ScopeName or SpanField.ScopeVersion => one.Scope,
        _ => ((long)one.Resource << 32) | (uint)one.Scope,
    };
}
