import { SpanFlag, TraceFlag } from '../api/skeleton.ts';
import { plural } from '../format/number.ts';
import type { TraceModel } from '../views/waterfall/model.ts';

/** The operation that spent most time itself. */
export interface TopOperation {
  /** Row of its span with the most self time. */
  readonly row: number;
  readonly service: string;
  readonly name: string;
  /** ns, summed over its spans. */
  readonly selfTime: number;
  readonly spans: number;
}

/** Sums the server's self times by (service, operation); null without spans or without any self time. */
export function mostSelfTime(m: TraceModel): TopOperation | null {
  const t = m.skeleton;
  const sums = new Map<number, { sum: number; spans: number; row: number }>();
  let best: { sum: number; spans: number; row: number } | null = null;
  for (let i = 0; i < t.count; i++) {
    // Both indexes fit: string counts are far below 2^26 wherever a trace fits into a browser.
    const key = t.service[i] * 0x4000000 + t.name[i];
    let s = sums.get(key);
    if (!s) sums.set(key, (s = { sum: 0, spans: 0, row: i }));
    s.sum += t.selfTime[i];
    s.spans++;
    if (t.selfTime[i] > t.selfTime[s.row]) s.row = i;
    if (s.sum > 0 && (!best || s.sum > best.sum)) best = s;
  }
  if (!best) return null;
  return { row: best.row, service: t.string(t.service[best.row]), name: t.string(t.name[best.row]), selfTime: best.sum, spans: best.spans };
}

export interface Note {
  readonly kind: 'info' | 'warn';
  readonly text: string;
  /** A row to look at; −1 where there is none. */
  readonly row: number;
}

/** What is not whole about a trace, in words and with the number. */
export function notesOf(m: TraceModel): Note[] {
  const t = m.skeleton;
  const notes: Note[] = [];
  const count = (flag: number): [number, number] => {
    let n = 0;
    let first = -1;
    for (let i = 0; i < t.count; i++) {
      if (!(t.spanFlags[i] & flag)) continue;
      if (n++ === 0) first = i;
    }
    return [n, first];
  };
  const has = (flag: number) => (t.flags & flag) !== 0;

  if (has(TraceFlag.open)) notes.push({ kind: 'info', row: -1, text: 'This trace is still open: spans may still come, and the page takes them in by itself.' });
  if (has(TraceFlag.storedIncomplete)) notes.push({ kind: 'warn', row: -1, text: 'Stored incomplete: the trace was closed before its root arrived, or before it had gone quiet.' });
  if (has(TraceFlag.missingParents)) {
    const [n, row] = count(SpanFlag.parentMissing);
    notes.push({ kind: 'warn', row, text: `${plural(n, 'span names a parent', 'spans name parents')} that never arrived; ${n === 1 ? 'it is' : 'they are'} shown without one.` });
  }
  if (has(TraceFlag.severalRoots)) notes.push({ kind: 'info', row: m.rootRows[1] ?? -1, text: `There are ${plural(m.rootRows.length, 'root')}; the picture begins with the earliest span of all.` });
  if (has(TraceFlag.cyclesBroken)) {
    const [n, row] = count(SpanFlag.cycleBroken);
    notes.push({ kind: 'warn', row, text: `Spans named each other as parents in a circle; it was broken at ${plural(n, 'span')}.` });
  }
  if (has(TraceFlag.conflicts)) {
    const [n, row] = count(SpanFlag.conflict);
    notes.push({ kind: 'warn', row, text: `${plural(n, 'span')} share an id with another but differ in content; all are shown.` });
  }
  const [backwards, backRow] = count(SpanFlag.endBeforeStart);
  if (backwards > 0) notes.push({ kind: 'warn', row: backRow, text: `${plural(backwards, 'span ends', 'spans end')} before ${backwards === 1 ? 'its' : 'their'} start; ${backwards === 1 ? 'it is' : 'they are'} shown with no duration.` });
  return notes;
}
