namespace Shop.Database;

/// <summary>What a table tells its indexes. Called with the table's lock held.</summary>
internal interface ITableIndex<in TRow>
{
    void Added(long number, TRow row);

    void Removed(long number, TRow row);
}
