import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { isFiltered, readFilters, withoutSelection, withSelection, writeFilters, type Filters } from '../state/filters.ts';
import { useStatus } from '../state/queries.ts';
import { useSession } from '../state/session.ts';
import { readRange, resolveRange } from '../state/timeRange.ts';
import { formatClockShort, nsToMs } from '../format/time.ts';
import { usePrefs } from '../state/prefs.ts';
import { Notice } from '../ui/Notice.tsx';
import { usePageKeys } from '../ui/keys.ts';
import { EmptyResult } from './EmptyResult.tsx';
import { FilterBar } from './FilterBar.tsx';
import { Headline } from './Headline.tsx';
import { Onboarding } from './Onboarding.tsx';
import { Scatter } from './Scatter.tsx';
import { TraceList, type TraceListHandle } from './TraceList.tsx';
import { useLiveSearch } from './useLiveSearch.ts';

export function SearchPage() {
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const filters = useMemo(() => readFilters(params), [params]);
  const range = useMemo(() => readRange(params), [params]);
  const zone = usePrefs((p) => p.zone);
  const status = useStatus().data;
  const setSession = useSession((s) => s.set);
  const [paused, setPaused] = useState(false);
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const list = useRef<TraceListHandle>(null);

  // A past range brings nothing new; a relative one and one that reaches into the future do.
  const [openedAt] = useState(() => Date.now());
  const canBeLive = range.kind !== 'absolute' || range.to > openedAt;
  const live = canBeLive && !paused;
  const search = useLiveSearch(filters, range, live, () => (scroller?.scrollTop ?? 0) < 8 && !(list.current?.isHeld() ?? false));
  const results = search.results;
  const traces = useMemo(() => results?.traces ?? [], [results]);

  useEffect(() => {
    document.title = filters.service ? `${filters.service} · Clew` : 'Search · Clew';
    setSession({ searchQuery: params.size > 0 ? `?${params}` : '' });
  }, [params, filters.service, setSession]);
  useEffect(() => setSession({ traceIds: traces.map((t) => t.traceId) }), [traces, setSession]);

  usePageKeys((e) => {
    if (e.key === 'p' && canBeLive) setPaused(!paused);
    else if (e.key === 'j' || e.key === 'ArrowDown') list.current?.move(1);
    else if (e.key === 'k' || e.key === 'ArrowUp') list.current?.move(-1);
    else return false;
    return true;
  });

  const change = (f: Filters) => setParams(writeFilters(params, f));
  const open = (traceId: string) => void navigate(`/trace/${traceId}`);
  const neverReceived = status !== undefined && status.spans.received === 0 && status.spans.stored === 0 && traces.length === 0;
  if (neverReceived) return <Onboarding status={status} />;

  const selected = range.kind === 'absolute' && filters.minDuration !== '' && filters.maxDuration !== '';
  const loadedFrom = results?.next !== undefined && traces.length > 0 ? nsToMs(traces[traces.length - 1].start) : null;
  const shownRange = frame(range, search.updatedAt || openedAt, traces.map((t) => t.start), loadedFrom);
  const showNew = () => {
    search.showNew();
    scroller?.scrollTo({ top: 0 });
  };

  return (
    <main className="search-page">
      <h1 className="visually-hidden">Search traces</h1>
      <FilterBar filters={filters} change={change} clear={() => setParams(writeFilters(withoutSelection(params), readFilters(new URLSearchParams())))} />
      {search.error && results && (
        <Notice kind="error">
          {search.error.message} {search.error.status === 400 ? 'What you see is the search before, from' : 'What you see is from'} {formatClockShort(search.updatedAt, zone, true)}{search.error.status === 400 ? '.' : '; the page asks again by itself.'}
        </Notice>
      )}
      {results?.partial && <Notice kind="warn">{results.partial}</Notice>}
      {results?.notes?.map((note) => <Notice key={note} kind="info">{note}</Notice>)}
      <section className="search-scroll" ref={setScroller} aria-label="Traces" tabIndex={-1}>
        <Scatter
          traces={traces}
          frame={{ ...shownRange, zone }}
          loadedFrom={loadedFrom}
          open={open}
          select={(s) => setParams(withSelection(params, s))}
          clear={selected ? () => setParams(withoutSelection(params)) : null}
          loading={results === null && search.error === null}
        />
        <Headline
          results={results}
          stale={search.loading}
          live={live}
          canBeLive={canBeLive}
          togglePause={() => setPaused(!paused)}
          showNew={showNew}
        />
        {results === null && search.error && (
          <div className="message">
            <p><strong>{search.error.status === 400 ? 'This search cannot be run.' : 'The search got no answer.'}</strong> {search.error.message}</p>
            {search.error.status === 400
              ? <p>Change the filter it speaks of, above.</p>
              : <p>The page asks again by itself. <button type="button" className="button" onClick={search.retry}>Ask now</button></p>}
          </div>
        )}
        {results !== null && traces.length === 0 && results.waiting.length === 0 && !search.loading && (
          <EmptyResult filters={filters} range={range} params={params} filtered={isFiltered(filters)} />
        )}
        <TraceList
          ref={list}
          traces={traces}
          scroller={scroller}
          loading={results === null && search.error === null}
          stale={search.loading}
          hasMore={results?.next !== undefined}
          loadingMore={search.loadingMore}
          loadMore={search.loadMore}
        />
      </section>
    </main>
  );
}

/**
 * What the scatter's time axis spans: the range where it has ends, else what is loaded. Of a range that is loaded in part
 * only that part, and a strip that says so.
 */
function frame(range: ReturnType<typeof readRange>, now: number, starts: readonly string[], loadedFrom: number | null): { from: number; to: number } {
  const { from, to } = resolveRange(range, now);
  const end = to ?? now;
  if (from !== undefined && loadedFrom !== null && loadedFrom > from && loadedFrom < end) {
    return { from: Math.max(from, loadedFrom - (end - loadedFrom) * 0.14), to: end };
  }
  if (from !== undefined) return { from, to: to ?? now };
  const ms = starts.map((s) => Number(s) / 1e6);
  const least = ms.reduce((a, b) => Math.min(a, b), now);
  return { from: starts.length > 0 ? least - 1000 : now - 3_600_000, to: ms.reduce((a, b) => Math.max(a, b), starts.length > 0 ? least : now) + 1000 };
}
