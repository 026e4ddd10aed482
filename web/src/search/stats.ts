import type { TraceSummary } from '../api/types.ts';
import { percentile } from '../format/number.ts';
import { toNumber } from '../format/time.ts';

/** Figures of the traces that are loaded; durations in ns, NaN without traces. */
export interface LoadedStats {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  /** Traces with at least one failed span. */
  readonly failed: number;
}

export function statsOf(traces: readonly TraceSummary[]): LoadedStats {
  const durations = traces.map((t) => toNumber(t.duration));
  return {
    count: traces.length,
    p50: percentile(durations, 0.5),
    p95: percentile(durations, 0.95),
    failed: traces.reduce((n, t) => n + (t.errorCount > 0 ? 1 : 0), 0),
  };
}

/** The duration that a full bar of the list stands for: 1.25 × p95, rounded up to 1, 2 or 5 × 10^k ns so that it rests. */
export function barScale(traces: readonly TraceSummary[]): number {
  const p95 = percentile(traces.map((t) => toNumber(t.duration)), 0.95);
  if (!(p95 > 0)) return 1;
  const raw = p95 * 1.25;
  const pow = 10 ** Math.floor(Math.log10(raw));
  return pow * (raw <= pow ? 1 : raw <= 2 * pow ? 2 : raw <= 5 * pow ? 5 : 10);
}
