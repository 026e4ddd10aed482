import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import type { SpanDetail, SpanEvent, SpanLink } from '../api/types.ts';
import { rowOf } from '../api/skeleton.ts';
import { formatDuration } from '../format/duration.ts';
import { formatBytes, formatCount } from '../format/number.ts';
import { oneLine, revealInvisible } from '../format/text.ts';
import { formatDateTime, formatExact, nsToMs, toBigInt } from '../format/time.ts';
import { usePrefs } from '../state/prefs.ts';
import { Copy } from '../ui/Copy.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { TraceModel } from '../views/waterfall/model.ts';
import { Attributes } from './Attributes.tsx';
import { contains } from './valueText.ts';

/** Everything of one span, in sections that a filter narrows. */
export function SpanSections({ span: s, filter, show, model, number }: {
  span: SpanDetail;
  filter: string;
  show: (row: number) => void;
  model: TraceModel;
  number: number | null;
}) {
  const zone = usePrefs((p) => p.zone);
  const f = filter.trim().toLowerCase();
  const events = (s.events ?? []).filter((e) => f === '' || e.name.toLowerCase().includes(f) || e.attributes?.some((a) => contains(a, f)));
  const links = (s.links ?? []).filter((l) => f === '' || l.traceId.includes(f) || l.spanId.includes(f) || l.attributes?.some((a) => contains(a, f)));
  const start = toBigInt(s.start);
  return (
    <div className="sections">
      {number !== null && <h3 className="copy-title">Span {number}: {oneLine(s.name, 120)}</h3>}
      {s.notes && s.notes.length > 0 && <ul className="span-notes">{s.notes.map((n) => <li key={n}><Icon name="warn" />{n}</li>)}</ul>}
      {s.status.message && (
        <div className="status-message">
          <Icon name="error" /><bdi>{revealInvisible(s.status.message.slice(0, 4000))}</bdi><Copy text={s.status.message} what="the status message" />
        </div>
      )}
      <Section title="Attributes" count={s.attributes?.length ?? 0} dropped={s.droppedAttributesCount}>
        <Attributes list={s.attributes ?? []} filter={f} />
      </Section>
      {(s.events?.length || s.droppedEventsCount) ? (
        <Section title="Events" count={s.events?.length ?? 0} dropped={s.droppedEventsCount}>
          <Bounded items={events} what="events">{(e, i) => <Event key={i} e={e} start={start} filter={f} />}</Bounded>
        </Section>
      ) : null}
      {(s.links?.length || s.droppedLinksCount) ? (
        <Section title="Links" count={s.links?.length ?? 0} dropped={s.droppedLinksCount}>
          <Bounded items={links} what="links">{(l, i) => <LinkTo key={i} l={l} model={model} show={show} filter={f} />}</Bounded>
        </Section>
      ) : null}
      <Section title="Resource" count={s.resource?.attributes?.length ?? 0} dropped={s.resource?.droppedAttributesCount}>
        <Attributes list={s.resource?.attributes ?? []} filter={f} />
        {s.resource?.schemaUrl && <p className="schema">Schema <bdi className="mono">{s.resource.schemaUrl.slice(0, 500)}</bdi></p>}
      </Section>
      <Section title="Scope" count={s.scope?.attributes?.length ?? 0} dropped={s.scope?.droppedAttributesCount}>
        <p className="scope-name"><bdi className="mono">{s.scope?.name?.slice(0, 500) || '(no name)'}</bdi>{s.scope?.version && <span className="dim"> {s.scope.version.slice(0, 100)}</span>}</p>
        <Attributes list={s.scope?.attributes ?? []} filter={f} quiet />
        {s.scope?.schemaUrl && <p className="schema">Schema <bdi className="mono">{s.scope.schemaUrl.slice(0, 500)}</bdi></p>}
      </Section>
      <Section title="Times and ids">
        <dl className="facts">
          <dt>Start</dt><dd title={formatExact(start)}>{formatDateTime(nsToMs(start), zone)}</dd>
          <dt>End</dt><dd title={formatExact(toBigInt(s.end))}>{formatDateTime(nsToMs(s.end), zone)}</dd>
          <dt>Span</dt><dd className="mono">{s.spanId}</dd>
          {s.parentSpanId && <><dt>Parent</dt><dd className="mono">
            {rowOf(model.skeleton, s.parentSpanId) >= 0
              ? <button type="button" className="text-button accent" onClick={() => show(rowOf(model.skeleton, s.parentSpanId!))}>{s.parentSpanId}</button>
              : <>{s.parentSpanId} <span className="dim">(never arrived)</span></>}
          </dd></>}
          {s.traceState && <><dt>Trace state</dt><dd className="mono break">{s.traceState.slice(0, 1000)}</dd></>}
          {s.flags !== undefined && <><dt>Flags</dt><dd className="mono">{s.flags} (0x{s.flags.toString(16)})</dd></>}
        </dl>
      </Section>
      <RawJson span={s} />
    </div>
  );
}

function Section({ title, count, dropped, children }: { title: string; count?: number; dropped?: number; children: React.ReactNode }) {
  return (
    <section className="section">
      <h3>{title}{count !== undefined && <span className="count">{formatCount(count)}</span>}</h3>
      {dropped !== undefined && dropped > 0 && <p className="dropped"><Icon name="warn" />{formatCount(dropped)} more were dropped before they were sent or by a limit</p>}
      {children}
    </section>
  );
}

const FIRST = 50;

/** Shows the first items and the rest on demand: a span may carry thousands. */
function Bounded<T>({ items, what, children }: { items: readonly T[]; what: string; children: (item: T, index: number) => React.ReactNode }) {
  const [limit, setLimit] = useState(FIRST);
  return (
    <>
      {items.length === 0 && <p className="none">None of the {what} match the filter.</p>}
      {items.slice(0, limit).map(children)}
      {items.length > limit && <button type="button" className="button quiet" onClick={() => setLimit(limit + 500)}>Show more of {formatCount(items.length)} {what}</button>}
    </>
  );
}

function Event({ e, start, filter }: { e: SpanEvent; start: bigint; filter: string }) {
  const after = Number(toBigInt(e.time) - start);
  const named = filter === '' || e.name.toLowerCase().includes(filter);
  return (
    <div className="event">
      <p className="event-head">
        <span className="event-time" title={formatExact(toBigInt(e.time))}>{after < 0 ? '' : '+'}{formatDuration(after)}</span>
        <bdi className="strong">{oneLine(e.name, 500) || '(no name)'}</bdi>
      </p>
      <Attributes list={e.attributes ?? []} filter={named ? '' : filter} quiet />
      {e.droppedAttributesCount ? <p className="dropped"><Icon name="warn" />{formatCount(e.droppedAttributesCount)} attributes were dropped</p> : null}
    </div>
  );
}

function LinkTo({ l, model, show, filter }: { l: SpanLink; model: TraceModel; show: (row: number) => void; filter: string }) {
  const here = l.traceId === model.skeleton.traceId;
  const row = here ? rowOf(model.skeleton, l.spanId) : -1;
  const named = filter === '' || l.traceId.includes(filter) || l.spanId.includes(filter);
  return (
    <div className="event">
      <p className="event-head">
        <Icon name="link" />
        {here && row >= 0
          ? <button type="button" className="text-button accent" onClick={() => show(row)}>span {l.spanId} of this trace</button>
          : <Link to={`/trace/${encodeURIComponent(l.traceId)}?span=${encodeURIComponent(l.spanId)}`}>trace <code>{l.traceId}</code> <span className="dim">span</span> <code>{l.spanId}</code></Link>}
      </p>
      {l.traceState && <p className="schema">Trace state <bdi className="mono">{l.traceState.slice(0, 500)}</bdi></p>}
      <Attributes list={l.attributes ?? []} filter={named ? '' : filter} quiet />
    </div>
  );
}

const RAW_LIMIT = 200_000;

function RawJson({ span }: { span: SpanDetail }) {
  const [open, setOpen] = useState(false);
  const text = useMemo(() => (open ? JSON.stringify(span, null, 2) : ''), [open, span]);
  return (
    <section className="section">
      <h3>
        <button type="button" className="text-button disclosure" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="chevron" className={open ? '' : 'turned'} />Raw JSON
        </button>
        {open && <Copy text={text} what="the span as JSON" label="Copy" />}
      </h3>
      {open && (
        <>
          <pre className="code raw" tabIndex={0}>{text.slice(0, RAW_LIMIT)}</pre>
          {text.length > RAW_LIMIT && <p className="dropped"><Icon name="info" />The first {formatBytes(RAW_LIMIT)} of {formatBytes(text.length)} are shown; copying takes all.</p>}
        </>
      )}
    </section>
  );
}

