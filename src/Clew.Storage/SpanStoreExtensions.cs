using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage;

/// <summary>Shorter ways to call a span store.</summary>
public static class SpanStoreExtensions
{
    /// <summary>An append without a number.</summary>
    /// <inheritdoc cref="ISpanStore.AppendAsync"/>
    public static ValueTask AppendAsync(this ISpanStore store, Tenant tenant, TraceBatch traces, CancellationToken cancellationToken) =>
        store.AppendAsync(tenant, traces, AppendId.None, cancellationToken);
}
