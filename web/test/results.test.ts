import { describe, expect, it } from 'vitest';
import type { TraceSummary } from '../src/api/types.ts';
import { appendPage, dropBefore, fromPage, mergeNewest, newestFirst, showWaiting } from '../src/search/results.ts';
import { barScale, statsOf } from '../src/search/stats.ts';

const trace = (id: number, start: number, more: Partial<TraceSummary> = {}): TraceSummary => ({
  traceId: id.toString(16).padStart(32, '0'), start: String(start), duration: '1000', spanCount: 1, errorCount: 0, complete: true, services: [], ...more,
});
const ids = (list: readonly TraceSummary[]) => list.map((t) => Number.parseInt(t.traceId, 16));

describe('a live list', () => {
  const first = fromPage({ traces: [trace(3, 30), trace(2, 20), trace(1, 10)], next: 'c' });

  it('takes new traces in at their place when rows may move', () => {
    const r = mergeNewest(first, { traces: [trace(5, 50), trace(4, 25), trace(3, 30)], next: 'x' }, true);
    expect(ids(r.traces)).toEqual([5, 3, 4, 2, 1]);
    expect(r.waiting).toEqual([]);
  });

  it('lets them wait when rows must not move, and counts each once', () => {
    let r = mergeNewest(first, { traces: [trace(5, 50), trace(3, 30)], next: 'x' }, false);
    r = mergeNewest(r, { traces: [trace(6, 60), trace(5, 50), trace(3, 30)], next: 'x' }, false);
    expect(ids(r.traces)).toEqual([3, 2, 1]);
    expect(ids(r.waiting)).toEqual([6, 5]);
    expect(ids(showWaiting(r).traces)).toEqual([6, 5, 3, 2, 1]);
  });

  it('updates a known trace where it stands, even when its start moved', () => {
    const r = mergeNewest(first, { traces: [trace(2, 35, { spanCount: 9 }), trace(3, 30)], next: 'x' }, false);
    expect(ids(r.traces)).toEqual([3, 2, 1]);
    expect(r.traces[1].spanCount).toBe(9);
    expect(r.waiting).toEqual([]);
  });

  it('is the very same when nothing changed', () => {
    expect(mergeNewest(first, { traces: [trace(3, 30), trace(2, 20)], next: 'x' }, true)).toBe(first);
  });

  it('says what the newest answer says of itself, and nothing any more when it says nothing', () => {
    const page = { traces: [trace(3, 30), trace(2, 20), trace(1, 10)], next: 'c' };
    const told = mergeNewest(first, { ...page, notes: ['Between 10:00 and 10:01 payloads were refused.'] }, false);
    expect(told.notes).toEqual(['Between 10:00 and 10:01 payloads were refused.']);
    expect(mergeNewest(told, { ...page, notes: ['Between 10:00 and 10:01 payloads were refused.'] }, false)).toBe(told);
    expect(appendPage(told, { traces: [trace(0, 5)] }).notes).toEqual(told.notes);
    expect(mergeNewest(told, page, false).notes).toBeUndefined();
  });

  it('does not take in older traces that a later page will bring', () => {
    const r = mergeNewest(first, { traces: [trace(3, 30), trace(9, 5)] }, true);
    expect(ids(r.traces)).toEqual([3, 2, 1]);
  });

  it('knows when more arrived than a poll brings', () => {
    expect(mergeNewest(first, { traces: [trace(8, 80), trace(7, 70)], next: 'x' }, false).gap).toBe(true);
    expect(mergeNewest(first, { traces: [trace(8, 80), trace(3, 30)], next: 'x' }, false).gap).toBe(false);
    expect(mergeNewest(first, { traces: [trace(8, 80)] }, false).gap).toBe(false);
  });

  it('grows at its end without doubling, and loses what left the range', () => {
    const r = appendPage(first, { traces: [trace(1, 10), trace(0, 5)] });
    expect(ids(r.traces)).toEqual([3, 2, 1, 0]);
    expect(r.next).toBeUndefined();
    expect(ids(dropBefore(r, 15n).traces)).toEqual([3, 2]);
    expect(dropBefore(r, 0n)).toBe(r);
  });

  it('orders ties by id as the server does', () => {
    expect(ids([trace(2, 10), trace(1, 10), trace(3, 11), trace(4, 9), trace(5, 100)].sort(newestFirst))).toEqual([5, 3, 2, 1, 4]);
  });
});

it('figures are those of the loaded traces', () => {
  const traces = [1, 2, 3, 4].map((n) => trace(n, n, { duration: String(n * 1e6), errorCount: n === 2 ? 3 : 0 }));
  expect(statsOf(traces)).toEqual({ count: 4, p50: 2e6, p95: 4e6, failed: 1 });
  expect(barScale(traces)).toBe(5e6);
  expect(barScale([])).toBe(1);
});
