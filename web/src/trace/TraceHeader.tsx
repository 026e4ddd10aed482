import { useMemo } from 'react';
import { TraceFlag } from '../api/skeleton.ts';
import { formatDuration } from '../format/duration.ts';
import { formatCount, plural } from '../format/number.ts';
import { oneLine } from '../format/text.ts';
import { formatDateTime, formatExact, nsToMs } from '../format/time.ts';
import { usePrefs } from '../state/prefs.ts';
import { Copy } from '../ui/Copy.tsx';
import { Icon } from '../ui/Icon.tsx';
import { serviceColour } from '../views/palette.ts';
import type { TraceModel } from '../views/waterfall/model.ts';
import { mostSelfTime, notesOf, type SelfTime } from './summary.ts';

/** The sentence about the trace, the answer under it, and what is not whole about it. */
export function TraceHeader({ model, show, nextError }: { model: TraceModel; show: (row: number) => void; nextError: () => void }) {
  const zone = usePrefs((p) => p.zone);
  const t = model.skeleton;
  const top = useMemo(() => mostSelfTime(model), [model]);
  const notes = useMemo(() => notesOf(model), [model]);
  const root = model.rootRows[0];
  const service = root === undefined ? '' : t.string(t.service[root]);
  const name = root === undefined ? '' : t.string(t.name[root]);
  const errors = model.errorRows.length;
  const exact = formatExact(t.traceStart);
  return (
    <div className="trace-header">
      <div className="trace-title">
        <h1>
          {root === undefined ? 'A trace without spans' : (
            <>
              <span className="edge" style={{ background: serviceColour(service) }} />
              <bdi className="title-service" title={oneLine(service, 500)}>{oneLine(service, 200)}</bdi>{' '}
              <bdi className="title-name" title={oneLine(name, 500)}>{oneLine(name || '(no name)', 300)}</bdi>
            </>
          )}
        </h1>
        <p className="trace-facts">
          <strong>{formatDuration(t.traceDuration)}</strong>
          <span className="sep">·</span>{plural(t.count, 'span')}
          <span className="sep">·</span>{plural(model.services.length, 'service')}
          <span className="sep">·</span>
          {errors > 0
            ? <button type="button" className="text-button bad" title="Go to the next error (e)" onClick={nextError}><Icon name="error" />{plural(errors, 'error')}</button>
            : 'no errors'}
          <span className="sep">·</span>
          <time dateTime={exact} title={exact}>{formatDateTime(nsToMs(t.traceStart), zone)}{zone === 'utc' && ' UTC'}</time>
          {(t.flags & TraceFlag.open) !== 0 && <span className="tag"><span className="live-dot" />open</span>}
          <span className="trace-id"><code>{t.traceId}</code><Copy text={t.traceId} what="the trace id" /></span>
        </p>
      </div>
      {top && <Answer top={top} whole={t.traceDuration} services={model.services.length} show={show} />}
      {notes.length > 0 && (
        <ul className="notes">
          {notes.map((n) => (
            <li key={n.text} className={`note note-${n.kind}`}>
              <Icon name={n.kind} />
              <span>{n.text}</span>
              {n.row >= 0 && <button type="button" className="text-button accent" onClick={() => show(n.row)}>show</button>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Where the time went, from the server's self times: the service with most and the operation with most. */
function Answer({ top, whole, services, show }: {
  top: { service: SelfTime; operation: SelfTime };
  whole: number;
  services: number;
  show: (row: number) => void;
}) {
  const { service: s, operation: o } = top;
  const own = s.service === o.service;
  const operation = (
    <button type="button" className="text-button" onClick={() => show(o.row)}>
      {!own && <><span className="dot" style={{ background: serviceColour(o.service) }} /><bdi>{oneLine(o.service, 60)}</bdi> </>}
      <bdi className="strong">{oneLine(o.name || '(no name)', 100)}</bdi>
    </button>
  );
  const figures = <><strong>{formatDuration(o.selfTime)}</strong>{o.spans > 1 && ` in ${formatCount(o.spans)} spans`}</>;
  if (services === 1) return <p className="answer">Most self time: {operation}, {figures} of {formatDuration(whole)}</p>;
  return (
    <p className="answer">
      Most self time:{' '}
      <button type="button" className="text-button" onClick={() => show(s.row)}>
        <span className="dot" style={{ background: serviceColour(s.service) }} />
        <bdi className="strong">{oneLine(s.service, 60)}</bdi>
      </button>
      , <strong>{formatDuration(s.selfTime)}</strong> of {formatDuration(whole)}
      {own ? '; its ' : '; as one operation '}{operation}, {figures}
    </p>
  );
}
