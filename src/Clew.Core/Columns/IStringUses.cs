namespace Clew.Core.Columns;

/// <summary>Told which strings of a destination a copier uses, each at least once for every source that it begins with.</summary>
public interface IStringUses
{
    /// <summary>A string was translated.</summary>
    /// <param name="id">Its id in the destination.</param>
    void Use(int id);

    /// <summary>Strings were translated.</summary>
    /// <param name="idsPlusOne">Their ids in the destination + 1.</param>
    void UseAll(ReadOnlySpan<int> idsPlusOne);
}
