namespace Clew.Storage;

/// <summary>What becomes durable together with an append: all of it or nothing, as every later process sees it. See <see cref="CountedAppend"/>.</summary>
public interface IAppendCompanion
{
    /// <summary>Writes down what the append brings with it. When it returns that is durable, and counts if the append takes place.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be written: the append is given up.</exception>
    void Begin(AppendId append);

    /// <summary>The append has taken place. Does not fail.</summary>
    void Commit(AppendId append);

    /// <summary>
    /// The append has not taken place, and nobody will ever find that it did. Does not fail. An append for which neither this nor
    /// <see cref="Commit"/> is called ended without that being known.
    /// </summary>
    void Abandon(AppendId append);
}
