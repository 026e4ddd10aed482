using System.Diagnostics;

namespace Shop.Database;

/// <summary>The database of one service: its tables live in the process, its round trips and pages take their time.</summary>
internal sealed class ShopDatabase(string name, DatabaseTiming timing, ActivitySource activities, TimeProvider time)
{
    /// <summary>Runs a statement that returns rows.</summary>
    public async Task<List<StoredRow<TRow>>> QueryAsync<TRow>(
        Statement statement, Func<PageReader, ValueTask<List<StoredRow<TRow>>>> read)
    {
        using var activity = Start(statement);
        var io = new PageReader(timing, time);
        var rows = await read(io);
        await io.FinishAsync();
        activity?.SetTag("db.response.returned_rows", rows.Count);
        return rows;
    }

    /// <summary>Runs a statement that changes rows; the change is made at the end of its round trip.</summary>
    public async Task ExecuteAsync(Statement statement, Action change)
    {
        using var activity = Start(statement);
        var io = new PageReader(timing, time);
        await io.ReadAsync(1);
        await io.FinishAsync();
        change();
    }

    private Activity? Start(Statement statement)
    {
        var activity = activities.StartActivity(statement.Summary, ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("db.system.name", "other_sql");
            activity.SetTag("db.namespace", name);
            activity.SetTag("db.collection.name", statement.Collection);
            activity.SetTag("db.operation.name", statement.Operation);
            activity.SetTag("db.query.summary", statement.Summary);
            activity.SetTag("db.query.text", statement.Text);
        }

        return activity;
    }
}
