using System.Text;
using Clew.Core.Columns;
using Clew.Core.Series;

namespace Clew.Analysis.Series;

/// <summary>
/// Gives the things that are counted their series, and sees to it that there are not too many: a service has up to a number of names,
/// the rest are counted under <see cref="SeriesLabels.Folded"/>.
/// </summary>
/// <remarks>
/// <para>First come, first served; a name that was not seen for some periods gives its place up. Bounded by its limits.</para>
/// <para>Belongs to one thread at a time; <see cref="FoldedOwners"/> may be read from any.</para>
/// </remarks>
/// <param name="limits">The bounds.</param>
/// <param name="makeKey">From an owner's name, a name and a variant to the series.</param>
internal sealed class SeriesCatalog(SeriesLimits limits, Func<string, string, int, SeriesKey> makeKey)
{
    private static readonly byte[] FoldedName = Encoding.UTF8.GetBytes(SeriesLabels.Folded);

    private readonly List<Entry> entries = [];
    private readonly Dictionary<(int Owner, int Name, int Variant), int> indexes = [];
    private readonly Dictionary<(int Owner, NameClass Class), int> namesOf = []; // how many names an owner has
    private readonly HashSet<(int Owner, int Name, NameClass Class)> admitted = [];
    private readonly HashSet<int> owners = [];
    private readonly HashSet<int> folded = []; // owners that are told of
    private StringTable names = new();
    private volatile string[] foldedOwners = [];
    private int period;

    /// <summary>Number of series known.</summary>
    public int Count => entries.Count;

    /// <summary>Services with more names than are counted apart; <see cref="SeriesLabels.Folded"/> where there are too many services.</summary>
    public IReadOnlyList<string> FoldedOwners => foldedOwners;

    public SeriesKey this[int series] => entries[series].Key;

    /// <summary>True where the series stands for more than its labels were.</summary>
    public bool IsFolded(int series) => entries[series].IsFolded;

    /// <summary>The series' number, good until the next <see cref="BeginPeriod"/>.</summary>
    /// <param name="owner">UTF-8 of the service.</param>
    /// <param name="name">UTF-8 of what it has several of.</param>
    /// <param name="variant">What else tells its series apart; a small number.</param>
    /// <param name="nameClass">Which of the owner's bounds the name counts against.</param>
    public int Resolve(ReadOnlySpan<byte> owner, ReadOnlySpan<byte> name, int variant, NameClass nameClass)
    {
        bool isFolded = false;
        if (!AdmitOwner(ref owner))
        {
            isFolded = true;
            name = FoldedName;
        }
        int ownerId = names.Intern(owner);
        if (!isFolded && !AdmitName(ownerId, ref name, nameClass))
        {
            isFolded = true;
        }
        var key = (ownerId, names.Intern(name), variant);
        if (!indexes.TryGetValue(key, out int index))
        {
            if (entries.Count >= limits.Series && !isFolded)
            {
                return ResolveFolded(variant);
            }
            index = entries.Count;
            indexes.Add(key, index);
            entries.Add(new Entry(makeKey(Encoding.UTF8.GetString(owner), Encoding.UTF8.GetString(name), variant), key, nameClass, isFolded));
        }
        entries[index].LastPeriod = period;
        return index;
    }

    /// <summary>Called from time to time, between batches: names that were not seen for <see cref="SeriesLimits.KeptPeriods"/> go.</summary>
    public void BeginPeriod()
    {
        period++;
        foldedOwners = [];
        folded.Clear();
        if (entries.TrueForAll(IsLive))
        {
            return;
        }
        Entry[] live = [.. entries.Where(IsLive)];
        var old = names;
        names = new StringTable();
        entries.Clear();
        indexes.Clear();
        namesOf.Clear();
        admitted.Clear();
        owners.Clear();
        foreach (var entry in live)
        {
            int kept = Resolve(old[entry.Id.Owner], old[entry.Id.Name], entry.Id.Variant, entry.IsFolded ? NameClass.Fixed : entry.Class);
            entries[kept].LastPeriod = entry.LastPeriod;
            entries[kept].IsFolded = entry.IsFolded;
        }
    }

    private bool IsLive(Entry entry) => period - entry.LastPeriod <= limits.KeptPeriods;

    private bool AdmitOwner(ref ReadOnlySpan<byte> owner)
    {
        int id = names.Find(owner);
        if (id >= 0 && owners.Contains(id))
        {
            return true;
        }
        if (owners.Count < limits.Owners)
        {
            owners.Add(names.Intern(owner));
            return true;
        }
        owner = FoldedName;
        NoteFolded(names.Intern(owner));
        return false;
    }

    private bool AdmitName(int ownerId, ref ReadOnlySpan<byte> name, NameClass nameClass)
    {
        if (nameClass == NameClass.Fixed)
        {
            return true;
        }
        int id = names.Find(name);
        if (id >= 0 && admitted.Contains((ownerId, id, nameClass)))
        {
            return true;
        }
        int known = namesOf.GetValueOrDefault((ownerId, nameClass));
        if (known < limits.NamesPerOwner)
        {
            namesOf[(ownerId, nameClass)] = known + 1;
            admitted.Add((ownerId, names.Intern(name), nameClass));
            return true;
        }
        name = FoldedName;
        NoteFolded(ownerId);
        return false;
    }

    private int ResolveFolded(int variant)
    {
        int other = names.Intern(FoldedName);
        NoteFolded(other);
        var key = (other, other, variant);
        if (!indexes.TryGetValue(key, out int index))
        {
            index = entries.Count;
            indexes.Add(key, index);
            entries.Add(new Entry(makeKey(SeriesLabels.Folded, SeriesLabels.Folded, variant), key, NameClass.Fixed, true));
        }
        entries[index].LastPeriod = period;
        return index;
    }

    private void NoteFolded(int owner)
    {
        if (folded.Add(owner))
        {
            foldedOwners = [.. foldedOwners, Encoding.UTF8.GetString(names[owner])];
        }
    }

    private sealed class Entry(SeriesKey key, (int Owner, int Name, int Variant) id, NameClass nameClass, bool isFolded)
    {
        public SeriesKey Key => key;

        public (int Owner, int Name, int Variant) Id => id;

        public NameClass Class => nameClass;

        public bool IsFolded { get; set; } = isFolded;

        public int LastPeriod { get; set; }
    }
}
