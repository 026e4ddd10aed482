import { parseDuration, toQueryDuration } from '../format/duration.ts';
import { KINDS, type Kind, STATUSES, type Status } from '../api/types.ts';
import { readRange, resolveRange, type TimeRange } from './timeRange.ts';

/** The conditions of a search, as the address holds them. Empty strings and an empty list are "any". */
export interface Filters {
  readonly service: string;
  readonly operation: string;
  readonly kind: Kind | '';
  readonly status: Status | '';
  readonly minDuration: string;
  readonly maxDuration: string;
  /** `key=value` each. */
  readonly attrs: readonly string[];
  readonly root: boolean;
}

export const NO_FILTERS: Filters = {
  service: '', operation: '', kind: '', status: '', minDuration: '', maxDuration: '', attrs: [], root: false,
};

const TEXTS = ['service', 'operation', 'kind', 'status', 'minDuration', 'maxDuration'] as const;

export function readFilters(p: URLSearchParams): Filters {
  const kind = p.get('kind') as Kind;
  const status = p.get('status') as Status;
  const duration = (key: string) => {
    const text = p.get(key) ?? '';
    return parseDuration(text) === null ? '' : text;
  };
  return {
    service: p.get('service') ?? '',
    operation: p.get('operation') ?? '',
    kind: KINDS.includes(kind) ? kind : '',
    status: STATUSES.includes(status) ? status : '',
    minDuration: duration('minDuration'),
    maxDuration: duration('maxDuration'),
    attrs: p.getAll('attr').filter((a) => a.indexOf('=') > 0),
    root: p.get('root') === 'true',
  };
}

/** A copy of `p` with these filters; what is not a filter (the time range) stays. */
export function writeFilters(p: URLSearchParams, f: Filters): URLSearchParams {
  const next = new URLSearchParams(p);
  for (const key of TEXTS) {
    if (f[key]) next.set(key, f[key]);
    else next.delete(key);
  }
  next.delete('attr');
  for (const a of f.attrs) next.append('attr', a);
  if (f.root) next.set('root', 'true');
  else next.delete('root');
  return next;
}

export const isFiltered = (f: Filters): boolean => TEXTS.some((k) => f[k] !== '') || f.attrs.length > 0 || f.root;

/** The same conditions for the server at the moment `now` (Unix ms). */
export function toApiQuery(f: Filters, range: TimeRange, now: number): URLSearchParams {
  const q = writeFilters(new URLSearchParams(), f);
  for (const key of ['minDuration', 'maxDuration'] as const) {
    const ns = f[key] ? parseDuration(f[key]) : null;
    if (ns !== null) q.set(key, String(Math.round(ns)));
  }
  const { from, to } = resolveRange(range, now);
  if (from !== undefined) q.set('from', `${Math.round(from)}000000`);
  if (to !== undefined) q.set('to', `${Math.round(to)}000000`);
  return q;
}

/** The address parameters that narrow a search to what was drawn on the scatter. */
export function withSelection(p: URLSearchParams, s: { from: number; to: number; minDuration: number; maxDuration: number }): URLSearchParams {
  const next = new URLSearchParams(p);
  next.set('from', new Date(Math.floor(s.from)).toISOString());
  next.set('to', new Date(Math.ceil(s.to)).toISOString());
  next.set('minDuration', toQueryDuration(s.minDuration));
  next.set('maxDuration', toQueryDuration(s.maxDuration));
  return next;
}

export function withoutSelection(p: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(p);
  for (const key of ['from', 'to', 'minDuration', 'maxDuration']) next.delete(key);
  return next;
}

export const isAbsolute = (p: URLSearchParams): boolean => readRange(p).kind === 'absolute';
