/** The shape of what will come; appears after a moment only. */
export function TraceLoading() {
  return (
    <main className="trace-page" aria-busy="true" aria-label="Loading the trace">
      <div className="trace-header">
        <div className="skeleton skeleton-title" />
        <div className="skeleton skeleton-line" />
      </div>
      <div className="skeleton skeleton-minimap" />
      <div className="trace-rows">
        {Array.from({ length: 14 }, (_, i) => <div key={i} className="skeleton skeleton-row" />)}
      </div>
    </main>
  );
}
