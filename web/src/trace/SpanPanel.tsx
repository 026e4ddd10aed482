import { useEffect, useState } from 'react';
import { KINDS, type SpanDetail } from '../api/types.ts';
import { STATUS_ERROR } from '../api/skeleton.ts';
import { formatDuration } from '../format/duration.ts';
import { plural } from '../format/number.ts';
import { oneLine } from '../format/text.ts';
import { usePrefs } from '../state/prefs.ts';
import { Copy } from '../ui/Copy.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Notice } from '../ui/Notice.tsx';
import { serviceColour } from '../views/palette.ts';
import type { TraceModel } from '../views/waterfall/model.ts';
import { SpanSections } from './SpanSections.tsx';
import { useSpan } from './useTrace.ts';

/** The details of the selected span. Its filter and scroll stay when the selection moves on. */
export function SpanPanel({ model, row, spanId, close, show }: {
  model: TraceModel;
  /** −1 where the trace has no such span. */
  row: number;
  spanId: string;
  close: () => void;
  show: (row: number) => void;
}) {
  const t = model.skeleton;
  const asked = useDelayed(spanId, 60);
  const { data, error, isPlaceholderData } = useSpan(t.traceId, row < 0 ? null : asked);
  const [filter, setFilter] = useState('');
  const width = usePrefs((p) => p.panelWidth);
  const set = usePrefs((p) => p.set);
  const service = row < 0 ? '' : t.string(t.service[row]);
  const name = row < 0 ? '' : t.string(t.name[row]);
  const spans = data?.spans ?? [];
  const stale = isPlaceholderData || asked !== spanId;

  const resize = (px: number) => set({ panelWidth: Math.min(Math.max(280, px), Math.max(280, window.innerWidth * 0.75)) });
  return (
    <aside className="panel" aria-label="Span details" style={{ '--panel': `${width}px` } as React.CSSProperties}>
      <div
        className="panel-divider"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the details"
        aria-valuenow={Math.round(width)}
        aria-valuemin={280}
        aria-valuemax={1200}
        tabIndex={0}
        onKeyDown={(e) => {
          if (e.key === 'ArrowLeft') resize(width + 20);
          else if (e.key === 'ArrowRight') resize(width - 20);
          else return;
          e.preventDefault();
        }}
        onPointerDown={(e) => {
          e.preventDefault();
          const element = e.currentTarget;
          const right = element.parentElement!.getBoundingClientRect().right;
          element.setPointerCapture(e.pointerId);
          const move = (ev: PointerEvent) => resize(right - ev.clientX);
          const up = () => {
            element.removeEventListener('pointermove', move);
            element.removeEventListener('pointerup', up);
          };
          element.addEventListener('pointermove', move);
          element.addEventListener('pointerup', up);
        }}
      />
      <header className="panel-head">
        <div className="panel-title">
          <h2>
            <span className="edge" style={{ background: serviceColour(service) }} />
            <bdi className="panel-service">{oneLine(service, 300) || 'unknown span'}</bdi>
            <bdi className="panel-name" title={oneLine(name, 1000)}>{row < 0 ? '' : oneLine(name, 1000) || '(no name)'}</bdi>
          </h2>
          <button type="button" className="icon-button" aria-label="Close the details" title="Close (Esc)" onClick={close}><Icon name="close" /></button>
        </div>
        {row >= 0 && (
          <dl className="quick-facts">
            <div><dt>Duration</dt><dd>{formatDuration(t.duration[row])}</dd></div>
            <div><dt>Self time</dt><dd>{formatDuration(t.selfTime[row])}</dd></div>
            <div><dt>On critical path</dt><dd>{t.criticalTime[row] > 0 ? formatDuration(t.criticalTime[row]) : 'no'}</dd></div>
            <div><dt>Starts after</dt><dd>{formatDuration(t.start[row])}</dd></div>
            {t.moved !== null && t.moved[row] !== 0 && (
              <div title="The clock of its host differs from that of the root's. Shown where it was by the root's clock; below stands what was received.">
                <dt>Clock</dt><dd>{t.moved[row] < 0 ? 'ahead by ' : 'behind by '}{formatDuration(Math.abs(t.moved[row]))}</dd>
              </div>
            )}
            <div><dt>Kind</dt><dd>{KINDS[t.kind[row]] ?? `kind ${t.kind[row]}`}</dd></div>
            <div>
              <dt>Status</dt>
              <dd>{t.status[row] === STATUS_ERROR ? <span className="bad"><Icon name="error" />error</span> : t.status[row] === 1 ? 'ok' : 'unset'}</dd>
            </div>
          </dl>
        )}
        <div className="panel-tools">
          <input
            className="input"
            type="search"
            aria-label="Filter attributes"
            placeholder="Filter attributes, events, resource"
            value={filter}
            spellCheck={false}
            autoComplete="off"
            onChange={(e) => setFilter(e.target.value)}
            onKeyDown={(e) => {
              if (e.key === 'Escape' && filter !== '') {
                e.preventDefault();
                setFilter('');
              }
            }}
          />
          <code className="dim">{spanId}</code>
          <Copy text={spanId} what="the span id" />
        </div>
      </header>
      <div className={stale ? 'panel-body stale' : 'panel-body'} tabIndex={0} role="region" aria-label="Attributes, events and links">
        {row < 0 && <Notice kind="warn">This trace has no span {spanId.slice(0, 40)}. It may not have arrived yet.</Notice>}
        {error && row >= 0 && <Notice kind="error">The details could not be read: {error.message}</Notice>}
        {!data && !error && row >= 0 && <div className="skeleton skeleton-panel" />}
        {spans.length > 1 && <Notice kind="warn">{plural(spans.length, 'span')} arrived with this id; all are shown.</Notice>}
        {spans.map((s: SpanDetail, i) => (
          <SpanSections key={i} span={s} filter={filter} show={show} model={model} number={spans.length > 1 ? i + 1 : null} />
        ))}
      </div>
    </aside>
  );
}

/** The value after it has rested for `ms`, so that running through rows asks for the last one only. */
function useDelayed<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
