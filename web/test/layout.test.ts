import { describe, expect, it } from 'vitest';
import { encodeSkeleton } from '../dev/encode.ts';
import { assemble, type MockTrace } from '../dev/model.ts';
import { random } from '../dev/random.ts';
import { decodeSkeleton, rowOf, spanIdOf } from '../src/api/skeleton.ts';
import { carryOver, collapseBelow, flatten, foldCount, type Lines, lineOf, newOpenness, type Openness, openTo } from '../src/views/waterfall/layout.ts';
import { buildModel, hasNextSibling, MIN_FOLD, type TraceModel } from '../src/views/waterfall/model.ts';
import { deepTrace, randomTrace } from './generate.ts';

const modelOf = (t: MockTrace): TraceModel => buildModel(decodeSkeleton(encodeSkeleton(assemble(t))));

/** The slow obvious version: recursion over child lists, runs found by comparing neighbours. */
function slowLines(m: TraceModel, open: Openness): [row: number, folded: number][] {
  const t = m.skeleton;
  const childrenOf = (p: number) => Array.from({ length: t.count }, (_, i) => i).filter((i) => t.parent[i] === p);
  const out: [number, number][] = [];
  const alike = (a: number, b: number) =>
    childrenOf(a).length === 0 && childrenOf(b).length === 0 && t.name[a] === t.name[b] && t.service[a] === t.service[b] && (t.status[a] === 2) === (t.status[b] === 2);
  const visit = (siblings: number[], root: boolean) => {
    for (let i = 0; i < siblings.length; ) {
      let k = i + 1;
      if (!root) while (k < siblings.length && alike(siblings[i], siblings[k])) k++;
      const row = siblings[i];
      if (k - i >= MIN_FOLD && open.unfolded[row]) {
        for (; i < k; i++) out.push([siblings[i], 1]);
      } else if (k - i >= MIN_FOLD) {
        out.push([row, k - i]);
        i = k;
      } else {
        out.push([row, 1]);
        if (!open.collapsed[row]) visit(childrenOf(row), false);
        i++;
      }
    }
  };
  visit(childrenOf(-1), true);
  return out;
}

const rowsOf = (l: Lines) => [...l.rows.subarray(0, l.count)];

function shuffledOpenness(m: TraceModel, seed: number): Openness {
  const r = random(seed);
  const open = newOpenness(m.skeleton.count);
  for (let i = 0; i < m.skeleton.count; i++) {
    if (m.skeleton.subtreeSize[i] > 1 && r() < 0.25) open.collapsed[i] = 1;
    if (m.runLength[i] > 1 && r() < 0.5) open.unfolded[i] = 1;
  }
  return open;
}

describe('the lines of a waterfall', () => {
  it('are those of the slow version, whatever is collapsed and unfolded', () => {
    let folds = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const m = modelOf(randomTrace(seed));
      const open = shuffledOpenness(m, seed);
      const lines = flatten(m, open);
      const expected = slowLines(m, open);
      expect(rowsOf(lines)).toEqual(expected.map(([row]) => row));
      for (const [row, folded] of expected) {
        expect(foldCount(m, open, row)).toBe(folded);
        if (folded > 1) folds++;
      }
    }
    expect(folds).toBeGreaterThan(50);
  });

  it('never fold an error among successes', () => {
    const t = randomTrace(1);
    const root = t.spans[0];
    t.spans = [root, ...Array.from({ length: 9 }, (_, i) => ({ ...root, spanId: `00000000000000${10 + i}`, parentId: root.spanId, name: 'same', start: i, status: i === 4 ? 2 : 0 }))];
    const m = modelOf(t);
    expect(rowsOf(flatten(m, newOpenness(m.skeleton.count)))).toEqual([0, 1, 5, 6]);
  });

  it('reuse a buffer that is large enough', () => {
    const m = modelOf(randomTrace(5));
    const buffer = new Int32Array(500);
    expect(flatten(m, newOpenness(m.skeleton.count), buffer).rows).toBe(buffer);
  });

  it('of a chain of 20,000 spans need no recursion', () => {
    const m = modelOf(deepTrace(20_000));
    expect(m.depth[19_999]).toBe(19_999);
    expect(flatten(m, newOpenness(20_000)).count).toBe(20_000);
  });
});

describe('lineOf', () => {
  it('gives the line that shows or hides a row', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const m = modelOf(randomTrace(seed));
      const lines = flatten(m, shuffledOpenness(m, seed));
      const rows = rowsOf(lines);
      for (let row = 0; row < m.skeleton.count; row++) expect(lineOf(lines, row)).toBe(rows.findLastIndex((r) => r <= row));
    }
  });
});

describe('openTo', () => {
  it('makes any row a line of its own', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const m = modelOf(randomTrace(seed));
      for (let row = 0; row < m.skeleton.count; row++) {
        const open = shuffledOpenness(m, seed);
        openTo(m, open, row);
        expect(rowsOf(flatten(m, open))).toContain(row);
        expect(openTo(m, open, row)).toBe(false);
      }
    }
  });
});

describe('collapseBelow', () => {
  it('shows no row deeper than asked, and all that are not', () => {
    const m = modelOf(randomTrace(77));
    for (let depth = 0; depth < 5; depth++) {
      const open = newOpenness(m.skeleton.count);
      collapseBelow(m, open, depth);
      const rows = rowsOf(flatten(m, open));
      expect(rows.every((r) => m.depth[r] <= depth)).toBe(true);
      const lone = Array.from({ length: m.skeleton.count }, (_, i) => i).filter((i) => m.depth[i] <= depth && m.runHead[i] === i);
      expect(rows).toEqual(lone);
    }
  });
});

describe('carryOver', () => {
  it('keeps what was closed and unfolded when spans arrive, by span id', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const later = randomTrace(seed);
      const earlier = { ...later, spans: later.spans.filter((s, i) => i < later.spans.length * 0.7 || s.parentId === null) };
      const before = modelOf(earlier);
      const after = modelOf(later);
      const open = shuffledOpenness(before, seed);
      const next = carryOver(before, open, after);
      for (let i = 0; i < before.skeleton.count; i++) {
        const row = rowOf(after.skeleton, spanIdOf(before.skeleton, i));
        expect(next.collapsed[row]).toBe(open.collapsed[i]);
        if (open.unfolded[before.runHead[i]]) expect(next.unfolded[after.runHead[row]]).toBe(1);
      }
    }
  });
});

it('hasNextSibling agrees with the parents', () => {
  const m = modelOf(randomTrace(21));
  const t = m.skeleton;
  for (let i = 0; i < t.count; i++) {
    expect(hasNextSibling(t, i)).toBe(t.parent.findIndex((p, k) => k > i && p === t.parent[i]) >= 0);
  }
});
