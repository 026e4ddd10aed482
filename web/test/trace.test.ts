import { describe, expect, it } from 'vitest';
import { encodeSkeleton } from '../dev/encode.ts';
import { assemble, type MockTrace } from '../dev/model.ts';
import { brokenTrace, shopTrace } from '../dev/traces.ts';
import { decodeSkeleton, sameAnswer, spanIdOf, TraceFlag } from '../src/api/skeleton.ts';
import { matchRows, rowsWhere, stepThrough, withIds } from '../src/trace/matching.ts';
import { mostSelfTime, notesOf } from '../src/trace/summary.ts';
import { clampWindow, zoomAround } from '../src/views/waterfall/geometry.ts';
import { buildModel } from '../src/views/waterfall/model.ts';
import { random } from '../dev/random.ts';
import { randomTrace } from './generate.ts';

const modelOf = (t: MockTrace) => buildModel(decodeSkeleton(encodeSkeleton(assemble(t))));

describe('the answer line', () => {
  it('names the service and the operation with the largest sums of self times', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const a = assemble(randomTrace(seed));
      const sums = new Map<string, number>();
      a.rows.forEach((s, i) => sums.set(`${s.service} ${s.name}`, (sums.get(`${s.service} ${s.name}`) ?? 0) + a.self[i]));
      const most = Math.max(...sums.values());
      const top = mostSelfTime(modelOf(a.trace));
      if (most === 0) expect(top).toBeNull();
      else expect(top!.operation.selfTime).toBe(most);
      if (!top) continue;
      expect(sums.get(`${top.operation.service} ${top.operation.name}`)).toBe(most);
      const byService = new Map<string, number>();
      a.rows.forEach((s, i) => byService.set(s.service, (byService.get(s.service) ?? 0) + a.self[i]));
      expect(top.service.selfTime).toBe(Math.max(...byService.values()));
      expect(byService.get(top.service.service)).toBe(top.service.selfTime);
    }
  });
});

it('notes say what is not whole, with its number', () => {
  const text = notesOf(modelOf(brokenTrace('3'.repeat(32), 0n))).map((n) => n.text).join('\n');
  for (const part of ['Stored incomplete', '3 spans name parents', '6 roots', 'circle', '2 spans share an id', '1 span ends before']) {
    if (part === '2 spans share an id') expect(text).toMatch(/\d spans? share an id/);
    else expect(text).toContain(part);
  }
  expect(notesOf(modelOf({ ...shopTrace(2, 0n) }))).toEqual([]);
});

it('notes begin with what cannot be read, and say how many spans came late where the server knows', () => {
  const t = decodeSkeleton(encodeSkeleton(assemble(shopTrace(2, 0n))));
  const late = { ...t, flags: t.flags | TraceFlag.late };
  expect(notesOf(buildModel(late)).map((n) => n.text)).toEqual(['Some spans came after the trace had been closed.']);
  const told = { ...late, partial: 'A file is damaged.', remark: '3 spans came late, after the trace had been closed.' };
  expect(notesOf(buildModel(told)).map((n) => [n.kind, n.text])).toEqual([['warn', 'A file is damaged.'], ['info', '3 spans came late, after the trace had been closed.']]);
  expect(sameAnswer(told, { ...told })).toBe(true);
  expect(sameAnswer(told, late)).toBe(false);
});

describe('the search within a trace', () => {
  it('finds names, services and ids, ignoring case', () => {
    const m = modelOf(randomTrace(31));
    const t = m.skeleton;
    const slow = (q: string) => Array.from({ length: t.count }, (_, i) => i)
      .filter((i) => [t.string(t.name[i]), t.string(t.service[i])].some((s) => s.toLowerCase().includes(q.toLowerCase())));
    for (const q of ['N1', 's2', 'n', 'nothing']) expect([...rowsWhere(matchRows(t, q))]).toEqual(slow(q));
    expect([...rowsWhere(matchRows(t, spanIdOf(t, 3).toUpperCase()))]).toEqual([3]);
    expect([...rowsWhere(withIds(t, matchRows(t, 'nothing'), [spanIdOf(t, 2), 'x']))]).toEqual([2]);
  });

  it('steps through the matches and around the ends', () => {
    const rows = Int32Array.from([2, 5, 9]);
    expect([-1, 2, 4, 9].map((at) => stepThrough(rows, at, 1))).toEqual([2, 5, 5, 2]);
    expect([-1, 9, 4, 2].map((at) => stepThrough(rows, at, -1))).toEqual([9, 5, 2, 9]);
    expect(stepThrough(new Int32Array(0), 3, 1)).toBe(-1);
  });
});

describe('the shown time', () => {
  it('stays inside the trace whatever is asked', () => {
    const r = random(3);
    for (let i = 0; i < 1000; i++) {
      const d = Math.floor(10 ** (r() * 12));
      const w = clampWindow({ from: (r() - 0.5) * d * 3, to: (r() - 0.2) * d * 3 }, d);
      expect(w.from).toBeGreaterThanOrEqual(0);
      expect(w.to).toBeGreaterThan(w.from);
      expect(w.to).toBeLessThanOrEqual(Math.max(1, d) * (1 + 1e-9));
    }
  });

  it('zooms around the pointer', () => {
    const w = zoomAround({ from: 100, to: 500 }, 200, 0.5, 1000);
    expect((200 - w.from) / (w.to - w.from)).toBeCloseTo((200 - 100) / 400, 9);
    expect(zoomAround(w, 200, 1000, 1000)).toEqual({ from: 0, to: 1000 });
  });
});
