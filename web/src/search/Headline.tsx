import { useMemo } from 'react';
import { formatDuration } from '../format/duration.ts';
import { formatCount, plural } from '../format/number.ts';
import { Icon } from '../ui/Icon.tsx';
import type { Results } from './results.ts';
import { statsOf } from './stats.ts';

/** One sentence about what is loaded, and the control of live arrival. */
export function Headline({ results, stale, live, canBeLive, togglePause, showNew }: {
  results: Results | null;
  stale: boolean;
  live: boolean;
  canBeLive: boolean;
  togglePause: () => void;
  showNew: () => void;
}) {
  const traces = results?.traces;
  const s = useMemo(() => (traces ? statsOf(traces) : null), [traces]);
  const waiting = results?.waiting.length ?? 0;
  return (
    <div className="headline">
      <p className={stale ? 'headline-text stale' : 'headline-text'}>
        {s === null || results === null ? <span className="skeleton skeleton-line" /> : s.count === 0 ? 'No traces' : (
          <>
            <strong>{plural(s.count, 'trace')}</strong><span className="how-many">{howMany(results)}</span>
            <span className="sep">·</span>p50 <strong>{formatDuration(s.p50)}</strong>
            <span className="sep">·</span>p95 <strong>{formatDuration(s.p95)}</strong>
            <span className="sep">·</span>
            {s.failed > 0
              ? <span className="bad"><Icon name="error" />{formatCount(s.failed)} with errors</span>
              : 'no errors'}
          </>
        )}
      </p>
      <div className="headline-end">
        {waiting > 0 && (
          <button type="button" className="button primary new-marker" onClick={showNew}>
            <Icon name="up" />{formatCount(waiting)} new
          </button>
        )}
        {canBeLive && (
          <button type="button" className="button quiet live" aria-pressed={live} title="Live arrival (p)" onClick={togglePause}>
            {live ? <span className="live-dot" /> : <Icon name="play" />}
            {live ? 'Live' : 'Paused'}
            {live && <Icon name="pause" />}
          </button>
        )}
      </div>
    </div>
  );
}

/** How much more there is than what is loaded, as far as the server said. */
function howMany(r: Results): string {
  if (r.next === undefined) return '';
  const total = r.total;
  if (total?.value !== undefined && total.value > r.traces.length) {
    return ` of ${total.kind === 'exact' ? '' : 'at least '}${formatCount(total.value)}, newest first`;
  }
  return ' loaded, there are more';
}
