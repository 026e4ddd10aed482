const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export const formatCount = (n: number): string => GROUPED.format(n);

export const plural = (n: number, one: string, many = `${one}s`): string => `${formatCount(n)} ${n === 1 ? one : many}`;

export function formatBytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let u = -1;
  let x = n;
  do {
    x /= 1000;
    u++;
  } while (x >= 999.5 && u < units.length - 1);
  return `${x >= 99.95 ? Math.round(x) : x.toFixed(1)} ${units[u]}`;
}

/**
 * The nearest-rank percentile of values in any order: the smallest value that at least p of all do not pass.
 * NaN without values. `p` in (0, 1].
 */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))];
}
