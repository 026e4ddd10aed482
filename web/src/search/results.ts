import type { SearchPage, TraceSummary } from '../api/types.ts';
import { toBigInt } from '../format/time.ts';

/** At most this many traces stay in the list; the oldest leave first. */
export const MOST_TRACES = 5000;

/** The list of a search as it grows at both ends. Immutable: every function returns a new one. */
export interface Results {
  /** Newest start first, ties by trace id. */
  readonly traces: readonly TraceSummary[];
  /** Arrived, not shown yet: the reader is elsewhere in the list. Newest first. */
  readonly waiting: readonly TraceSummary[];
  /** Cursor of what is older; absent at the end. */
  readonly next?: string;
  readonly total?: SearchPage['total'];
  readonly partial?: string;
  /** What may be missing, in the server's sentences. */
  readonly notes?: readonly string[];
  /** More arrived than one poll brings: between the newest and the rest something is missing until a reload. */
  readonly gap?: boolean;
}

/** The server's order. */
export function newestFirst(a: TraceSummary, b: TraceSummary): number {
  // Decimal strings without leading zeros: the longer is the larger. Thousands are sorted with every arrival.
  if (a.start !== b.start) return a.start.length !== b.start.length ? b.start.length - a.start.length : a.start > b.start ? -1 : 1;
  return a.traceId > b.traceId ? -1 : a.traceId < b.traceId ? 1 : 0;
}

export const fromPage = (p: SearchPage): Results => ({
  traces: p.traces, waiting: [], next: p.next, total: p.total, partial: p.partial, notes: p.notes,
});

/** Adds the next, older page. A trace that is there already (it moved while pages were read) is not doubled. */
export function appendPage(r: Results, p: SearchPage): Results {
  const known = new Set(r.traces.map((t) => t.traceId));
  return { ...r, traces: [...r.traces, ...p.traces.filter((t) => !known.has(t.traceId))], next: p.next, partial: p.partial ?? r.partial, notes: p.notes ?? r.notes };
}

/**
 * Takes in a poll of the newest traces. Known traces are updated where they stand; new ones are shown when `show`, else
 * they wait. Where nothing of the page was known although more exists, the result is marked as having a gap.
 */
export function mergeNewest(r: Results, p: SearchPage, show: boolean): Results {
  const fresh = new Map(p.traces.map((t) => [t.traceId, t]));
  let touched = false;
  const update = (list: readonly TraceSummary[]) => list.map((t) => {
    const f = fresh.get(t.traceId);
    if (!f) return t;
    fresh.delete(t.traceId);
    if (sameTrace(t, f)) return t;
    touched = true;
    return f;
  });
  const traces = update(r.traces);
  const waiting = update(r.waiting);
  const known = p.traces.length - fresh.size;
  const gap = r.gap === true || (p.next !== undefined && p.traces.length > 0 && known === 0 && r.traces.length > 0);
  // What a poll finds below the list's end belongs to pages not loaded yet.
  const end = r.next !== undefined && r.traces.length > 0 ? r.traces[r.traces.length - 1] : null;
  const arrived = [...fresh.values()].filter((t) => end === null || newestFirst(t, end) < 0);
  const partialChanged = p.partial !== r.partial || !sameTexts(p.notes, r.notes);
  if (arrived.length === 0 && !touched && !partialChanged && !(show && r.waiting.length > 0)) return r;
  const merged: Results = { ...r, traces, waiting: arrived.length > 0 ? [...arrived, ...waiting].sort(newestFirst).slice(0, MOST_TRACES) : waiting, partial: p.partial, notes: p.notes, gap };
  return show ? showWaiting(merged) : merged;
}

/** Lets the waiting traces into the list. Past the bound the oldest leave; loading more brings them back. */
export function showWaiting(r: Results): Results {
  if (r.waiting.length === 0) return r;
  const all = [...r.waiting, ...r.traces].sort(newestFirst);
  return { ...r, traces: all.slice(0, MOST_TRACES), waiting: [] };
}

/** Drops from the list's end what fell out of the time range. `fromNs` is the range's start. */
export function dropBefore(r: Results, fromNs: bigint): Results {
  let keep = r.traces.length;
  while (keep > 0 && toBigInt(r.traces[keep - 1].start) < fromNs) keep--;
  return keep === r.traces.length ? r : { ...r, traces: r.traces.slice(0, keep), next: undefined };
}

function sameTexts(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

function sameTrace(a: TraceSummary, b: TraceSummary): boolean {
  return a.spanCount === b.spanCount && a.errorCount === b.errorCount && a.duration === b.duration && a.complete === b.complete &&
    a.start === b.start && a.rootName === b.rootName && a.rootService === b.rootService && a.matchedSpans === b.matchedSpans;
}
