import { describe, expect, it } from 'vitest';
import { encodeSkeleton } from '../dev/encode.ts';
import { assemble } from '../dev/model.ts';
import { random } from '../dev/random.ts';
import { hostileTrace } from '../dev/traces.ts';
import { decodeSkeleton, rowOf, rowsOf, sameBytes, SkeletonError, spanIdOf } from '../src/api/skeleton.ts';
import { notesOf } from '../src/trace/summary.ts';
import { buildModel, isOnPath } from '../src/views/waterfall/model.ts';
import { deepTrace, randomTrace } from './generate.ts';

describe('a skeleton', () => {
  it('reads back column by column what was written', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const a = assemble(randomTrace(seed));
      const t = decodeSkeleton(encodeSkeleton(a));
      expect(t.count).toBe(a.rows.length);
      expect(t.traceId).toBe(a.trace.traceId);
      expect(t.traceStart).toBe(a.trace.start);
      expect(t.traceDuration).toBe(a.duration);
      expect(t.flags).toBe(a.trace.flags);
      a.rows.forEach((s, i) => {
        expect([t.start[i], t.duration[i], t.selfTime[i], t.parent[i], t.subtreeSize[i], t.kind[i], t.status[i], t.spanFlags[i]])
          .toEqual([s.start, s.duration, a.self[i], a.parent[i], a.subtree[i], s.kind, s.status, a.flags[i]]);
        expect([t.string(t.service[i]), t.string(t.name[i]), spanIdOf(t, i)]).toEqual([s.service, s.name, s.spanId]);
      });
    }
  });

  it('has the sections of the critical path, by row too', () => {
    const a = assemble(randomTrace(5));
    const path = [{ row: 0, start: 0, end: 10 }, { row: 2, start: 10, end: 15 }, { row: 0, start: 15, end: 40 }];
    const t = decodeSkeleton(encodeSkeleton({ ...a, path }));
    expect([...t.pathSpan]).toEqual([0, 2, 0]);
    expect([...t.pathStart]).toEqual([0, 10, 15]);
    expect([...t.pathEnd]).toEqual([10, 15, 40]);
    expect([t.criticalTime[0], t.criticalTime[1], t.criticalTime[2]]).toEqual([35, 0, 5]);
    const m = buildModel(t);
    expect([...m.pathSections.subarray(m.pathFirst[0], m.pathFirst[1])]).toEqual([0, 2]);
    expect([isOnPath(m, 0, 1), isOnPath(m, 1, 1), isOnPath(m, 1, 2)]).toEqual([true, false, true]);
    expect(() => decodeSkeleton(encodeSkeleton({ ...a, path: [{ row: a.rows.length, start: 0, end: 1 }] }))).toThrow(SkeletonError);
  });

  it('counts times from the first span by corrected clocks', () => {
    const spans = [
      { spanId: '1'.repeat(16), parentId: null, service: 'a', name: 'a', kind: 3, status: 0, start: 2000, duration: 100, attributes: [] },
      { spanId: '2'.repeat(16), parentId: '1'.repeat(16), service: 'b', name: 'b', kind: 2, status: 0, start: 0, duration: 80, attributes: [] },
    ];
    const a = assemble({ traceId: '3'.repeat(32), start: 5_000n, spans, flags: 0 });
    const t = decodeSkeleton(encodeSkeleton({ ...a, corrected: [2000, 2010], path: [{ row: 1, start: 2010, end: 2090 }] }));
    expect([...t.start]).toEqual([0, 10]);
    expect([...t.moved!]).toEqual([0, 2010]);
    expect([t.traceStart, t.traceDuration]).toEqual([7_000n, 100]);
    expect([t.pathStart[0], t.pathEnd[0]]).toEqual([10, 90]);
    expect(notesOf(buildModel(t)).map((n) => n.text).join()).toContain('Clocks differ: 1 span');
  });

  it('keeps strings of any script and length', () => {
    const a = assemble(hostileTrace('0'.repeat(31) + '1', 5n));
    const t = decodeSkeleton(encodeSkeleton(a));
    a.rows.forEach((s, i) => expect(t.string(t.name[i])).toBe(s.name));
  });

  it('looks over the answer without copying it', () => {
    const bytes = encodeSkeleton(assemble(randomTrace(3)));
    const t = decodeSkeleton(bytes);
    for (const column of [t.start, t.duration, t.selfTime, t.spanIds, t.parent, t.subtreeSize, t.name, t.service, t.kind, t.status, t.spanFlags]) {
      expect(column.buffer).toBe(bytes);
    }
  });

  it('without spans is a trace without spans', () => {
    const a = assemble({ traceId: '2'.repeat(32), start: 0n, spans: [], flags: 1 });
    expect(decodeSkeleton(encodeSkeleton({ ...a, duration: 0 })).count).toBe(0);
  });

  it('finds rows by span id', () => {
    const t = decodeSkeleton(encodeSkeleton(assemble(randomTrace(8))));
    for (let i = 0; i < t.count; i++) expect(rowOf(t, spanIdOf(t, i))).toBe(i);
    expect(rowOf(t, '0123456789abcdef')).toBe(-1);
    expect(rowOf(t, 'no id')).toBe(-1);
    const some = [4, 1, 2].map((i) => spanIdOf(t, i));
    const found: number[] = [];
    rowsOf(t, [...some, 'ffffffffffffffff', 'x'], (row) => found.push(row));
    expect(found).toEqual([1, 2, 4]);
  });
});

describe('a damaged skeleton', () => {
  const whole = encodeSkeleton(assemble(randomTrace(11)));

  it('is refused when cut anywhere', () => {
    // Padding after the last string is no data; up to seven bytes may be missing there.
    for (let size = 0; size < whole.byteLength - 8; size++) expect(() => decodeSkeleton(whole.slice(0, size))).toThrow(SkeletonError);
  });

  it('is refused with another magic or version', () => {
    const magic = whole.slice(0);
    new Uint8Array(magic)[0] = 0x58;
    expect(() => decodeSkeleton(magic)).toThrow(/CLSK/);
    const version = whole.slice(0);
    new DataView(version).setUint16(4, 2, true);
    expect(() => decodeSkeleton(version)).toThrow(/version 2/);
  });

  it('is refused when counts promise more than there is', () => {
    for (const offset of [8, 12, 16]) {
      const b = whole.slice(0);
      new DataView(b).setUint32(offset, 0xffff_ffff, true);
      expect(() => decodeSkeleton(b)).toThrow(SkeletonError);
    }
  });

  it('is refused or harmless with any byte changed: every index stays inside', () => {
    const r = random(5);
    let refused = 0;
    for (let i = 0; i < 4000; i++) {
      const b = whole.slice(0);
      const bytes = new Uint8Array(b);
      bytes[Math.floor(r() * bytes.length)] ^= 1 << Math.floor(r() * 8);
      try {
        const t = decodeSkeleton(b);
        let inside = true;
        for (let k = 0; k < t.count; k++) inside &&= t.parent[k] < k && k + t.subtreeSize[k] <= t.count && typeof t.string(t.name[k]) === 'string';
        expect(inside).toBe(true);
      } catch (e) {
        if (!(e instanceof SkeletonError)) throw e;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

describe('sameBytes', () => {
  it('tells equal answers from changed ones', () => {
    const a = encodeSkeleton(assemble(randomTrace(4)));
    const b = a.slice(0);
    expect(sameBytes(a, b)).toBe(true);
    new Uint8Array(b)[b.byteLength - 9] ^= 1;
    expect(sameBytes(a, b)).toBe(false);
    expect(sameBytes(a, a.slice(0, 64))).toBe(false);
    expect(sameBytes(new Uint8Array([1, 2, 3]).buffer, new Uint8Array([1, 2, 4]).buffer)).toBe(false);
  });
});

it('a chain of 20,000 spans decodes', () => {
  expect(decodeSkeleton(encodeSkeleton(assemble(deepTrace(20_000)))).count).toBe(20_000);
});
