import { Link } from 'react-router';
import { type Filters, writeFilters } from '../state/filters.ts';
import { RELATIVE, type TimeRange, writeRange } from '../state/timeRange.ts';

/** Nothing found: what can be relaxed, each as a link that does it. */
export function EmptyResult({ filters: f, range, params, filtered }: {
  filters: Filters;
  range: TimeRange;
  params: URLSearchParams;
  filtered: boolean;
}) {
  const without = (change: Partial<Filters>) => `/search?${writeFilters(params, { ...f, ...change })}`;
  const wider = widerThan(range);
  const relax: [string, string][] = [];
  if (wider) relax.push([`Look further back: ${wider.label.toLowerCase()}`, `/search?${writeRange(params, wider.range)}`]);
  for (const a of f.attrs) relax.push([`Without ${a.slice(0, 80)}`, without({ attrs: f.attrs.filter((x) => x !== a) })]);
  if (f.minDuration || f.maxDuration) relax.push(['Of any duration', without({ minDuration: '', maxDuration: '' })]);
  if (f.status) relax.push([`With any status, not only ${f.status}`, without({ status: '' })]);
  if (f.kind) relax.push([`Of any kind, not only ${f.kind}`, without({ kind: '' })]);
  if (f.root) relax.push(['In any span, not only the root', without({ root: false })]);
  if (f.operation) relax.push([`Any operation${f.service ? ` of ${f.service.slice(0, 60)}` : ''}`, without({ operation: '' })]);
  if (f.service) relax.push(['Any service', without({ service: '', operation: '' })]);
  return (
    <div className="message">
      <p>
        <strong>{filtered ? 'No trace has a span that meets all of this.' : 'No trace began in this time.'}</strong>{' '}
        {filtered && 'All conditions must hold on one and the same span.'}
      </p>
      {relax.length > 0 && (
        <ul className="relax">
          {relax.map(([text, to]) => <li key={text}><Link to={to}>{text}</Link></li>)}
        </ul>
      )}
    </div>
  );
}

function widerThan(r: TimeRange): { label: string; range: TimeRange } | null {
  if (r.kind === 'all') return null;
  if (r.kind === 'absolute') return { label: 'All time', range: { kind: 'all' } };
  const next = RELATIVE.find((x) => x.ms > r.ms * 3);
  return next ? { label: next.label, range: { kind: 'last', key: next.key, ms: next.ms } } : { label: 'All time', range: { kind: 'all' } };
}
