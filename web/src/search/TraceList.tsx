import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { TraceSummary } from '../api/types.ts';
import { formatDuration } from '../format/duration.ts';
import { formatCount, plural } from '../format/number.ts';
import { oneLine } from '../format/text.ts';
import { formatClock, formatDay, nsToMs, sameDay, toNumber, type Zone } from '../format/time.ts';
import { usePrefs } from '../state/prefs.ts';
import { Duration } from '../ui/Duration.tsx';
import { Icon } from '../ui/Icon.tsx';
import { serviceColour } from '../views/palette.ts';
import { MOST_TRACES } from './results.ts';
import { barScale } from './stats.ts';
import { FIRST_PAGE } from './useLiveSearch.ts';

export interface TraceListHandle {
  /** Moves the focus by rows; into the list from outside. */
  move(step: number): void;
  /** Whether the reader points at or stands on a row, so that rows must not move. */
  isHeld(): boolean;
}

const OVERSCAN = 8;
const NARROW = '(max-width: 760px)';

/** The virtualised list: rows of one fixed height, only those near the viewport exist. */
export function TraceList({ ref, traces, scroller, loading, stale, hasMore, loadingMore, loadMore }: {
  ref: Ref<TraceListHandle>;
  traces: readonly TraceSummary[];
  /** What scrolls the list; null until it is there. */
  scroller: HTMLElement | null;
  loading: boolean;
  stale: boolean;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
}) {
  const zone = usePrefs((p) => p.zone);
  const list = useRef<HTMLOListElement>(null);
  const rowHeight = useRowHeight();
  const hasRows = traces.length > 0;
  const [view, setView] = useState({ top: 0, height: 900 });
  const [activeId, setActiveId] = useState<string | null>(null);
  const hovered = useRef(false);
  const focusWanted = useRef(false);
  const scale = useMemo(() => barScale(traces), [traces]);
  const today = traces.length > 0 && sameDay(nsToMs(traces[traces.length - 1].start), Date.now(), zone);

  useLayoutEffect(() => {
    const s = scroller;
    if (!s) return;
    const measure = () => setView({ top: s.scrollTop - (list.current?.offsetTop ?? 0), height: s.clientHeight });
    measure();
    s.addEventListener('scroll', measure, { passive: true });
    const resize = new ResizeObserver(measure);
    resize.observe(s);
    return () => {
      s.removeEventListener('scroll', measure);
      resize.disconnect();
    };
  }, [scroller, hasRows]);

  // Rows that came after the list was first shown appear softly; those of a first page or of "more" are just there.
  const seen = useRef<Set<string> | null>(null);
  const arrived = useRef(new Set<string>());
  useEffect(() => {
    if (seen.current && traces.length - seen.current.size < 200) {
      arrived.current = new Set(traces.slice(0, 100).filter((t) => !seen.current!.has(t.traceId)).map((t) => t.traceId));
    } else {
      arrived.current.clear();
    }
    seen.current = traces.length > 0 ? new Set(traces.map((t) => t.traceId)) : null;
  }, [traces]);

  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN);
  const last = Math.min(traces.length - 1, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN);
  const activeIndex = activeId === null ? -1 : traces.findIndex((t) => t.traceId === activeId);

  useImperativeHandle(ref, () => ({
    move(step) {
      const s = scroller;
      if (traces.length === 0 || !s) return;
      const to = activeIndex < 0 ? 0 : Math.min(traces.length - 1, Math.max(0, activeIndex + step));
      const y = (list.current?.offsetTop ?? 0) + to * rowHeight;
      const headroom = 96;
      if (y - headroom < s.scrollTop) s.scrollTop = Math.max(0, to === 0 ? s.scrollTop : y - headroom);
      else if (y + rowHeight > s.scrollTop + s.clientHeight) s.scrollTop = y + rowHeight * 2 - s.clientHeight;
      focusWanted.current = true;
      setActiveId(traces[to].traceId);
    },
    isHeld: () => hovered.current || (list.current?.contains(document.activeElement) ?? false),
  }), [traces, activeIndex, rowHeight, scroller]);

  // The row may come to be only after the scroll: the focus follows when it is there.
  useEffect(() => {
    if (!focusWanted.current || activeId === null) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(activeId)}"]`);
    if (!row) return;
    row.focus({ preventScroll: true });
    focusWanted.current = false;
  });

  if (loading) {
    return (
      <div className="trace-rows" aria-busy="true">
        {Array.from({ length: 12 }, (_, i) => <div key={i} className="skeleton skeleton-row" />)}
      </div>
    );
  }
  return (
    <>
      {traces.length > 0 && (
        <div className="trace-head" aria-hidden="true">
          <span>Start</span><span>Root</span><span>Where the time went</span>
          <span className="num">Duration</span><span className="num">Spans</span><span className="num">Services</span><span className="num">Errors</span>
        </div>
      )}
      <ol
        ref={list}
        className={stale ? 'trace-rows stale' : 'trace-rows'}
        style={{ height: traces.length * rowHeight }}
        onPointerEnter={(e) => { hovered.current = e.pointerType === 'mouse'; }}
        onPointerLeave={() => { hovered.current = false; }}
      >
        {traces.slice(first, last + 1).map((t, i) => (
          <li
            key={t.traceId}
            className={arrived.current.has(t.traceId) ? 'trace-item arrived' : 'trace-item'}
            style={{ top: (first + i) * rowHeight }}
            aria-setsize={hasMore ? -1 : traces.length}
            aria-posinset={first + i + 1}
          >
            <Row t={t} zone={zone} today={today} scale={scale} onFocus={() => setActiveId(t.traceId)} />
          </li>
        ))}
      </ol>
      {hasMore && (
        <div className="more">
          {traces.length >= MOST_TRACES
            ? <p className="dim">The newest {formatCount(traces.length)} are loaded. Narrow the search or the time to see older ones.</p>
            : (
              <button type="button" className="button" disabled={loadingMore} onClick={loadMore}>
                {loadingMore ? 'Loading…' : `Load ${formatCount(FIRST_PAGE)} older`}
              </button>
            )}
        </div>
      )}
    </>
  );
}

function Row({ t, zone, today, scale, onFocus }: {
  t: TraceSummary; zone: Zone; today: boolean; scale: number; onFocus: () => void;
}) {
  const ms = nsToMs(t.start);
  const duration = toNumber(t.duration);
  return (
    <Link className="trace-row" to={`/trace/${t.traceId}`} data-id={t.traceId} onFocus={onFocus}>
      <span className="cell-time">{!today && <span className="dim">{formatDay(ms, zone)} </span>}{formatClock(ms, zone)}</span>
      <span className="cell-root">
        {t.rootService === undefined
          ? <span className="dim">{t.complete ? 'no root' : 'root not here yet'}</span>
          : <>
              <span className="edge" style={{ background: serviceColour(t.rootService) }} />
              <bdi className="root-service">{oneLine(t.rootService, 200)}</bdi>
              <bdi className="root-name" title={oneLine(t.rootName ?? '', 500)}>{oneLine(t.rootName || '(no name)', 300)}</bdi>
            </>}
        {/* With its root there, incomplete can only mean that it is still open. */}
        {!t.complete && t.rootService !== undefined && <span className="open-mark" title="Still open: spans may come"><span className="live-dot" />open</span>}
      </span>
      <ShareBar t={t} duration={duration} scale={scale} />
      <span className="num cell-duration"><Duration ns={duration} /></span>
      <span className="num cell-spans">{formatCount(t.spanCount)}<span className="unit narrow-only"> {t.spanCount === 1 ? 'span' : 'spans'}</span></span>
      <span className="num cell-services">{formatCount(t.services.length)}</span>
      <span className="num cell-errors">
        {t.errorCount > 0 && <span className="bad"><Icon name="error" />{formatCount(t.errorCount)}<span className="visually-hidden"> errors</span></span>}
      </span>
    </Link>
  );
}

/** The duration as a bar, split by each service's share of the critical path; what is beyond the scale shows a notch. */
function ShareBar({ t, duration, scale }: { t: TraceSummary; duration: number; scale: number }) {
  // Where the time went: on the critical path, so that what ran side by side does not count twice.
  const total = t.services.reduce((n, s) => n + toNumber(s.criticalTime), 0);
  const over = duration > scale;
  const shares = t.services.map((s) => ({ name: s.name, share: total > 0 ? toNumber(s.criticalTime) / total : 1 / t.services.length }));
  const shown = shares.filter((s) => s.share >= 0.01);
  const words = shown.slice(0, 6).map((s) => `${s.name.slice(0, 60)} ${Math.round(s.share * 100)} %`).join(', ');
  return (
    <span className="cell-bar" title={`On the critical path: ${words}${shown.length > 6 ? ', …' : ''}, of ${formatDuration(duration)} and ${plural(t.spanCount, 'span')}`}>
      <span className="share" style={{ width: `${Math.min(100, (duration / scale) * 100)}%` }}>
        {shown.map((s) => <span key={s.name} style={{ flexGrow: s.share, background: serviceColour(s.name) }} />)}
      </span>
      {over && <span className="over" />}
    </span>
  );
}

function useRowHeight(): number {
  const [narrow, setNarrow] = useState(() => window.matchMedia(NARROW).matches);
  useEffect(() => {
    const m = window.matchMedia(NARROW);
    const on = () => setNarrow(m.matches);
    m.addEventListener('change', on);
    return () => m.removeEventListener('change', on);
  }, []);
  return narrow ? 56 : 28;
}
