import type { MockSpan, MockTrace } from '../dev/model.ts';
import { hexOf, random } from '../dev/random.ts';

/** A small random forest with repeats, errors, zero durations and times in no order; the same for the same seed. */
export function randomTrace(seed: number): MockTrace {
  const r = random(seed);
  const n = 1 + Math.floor(r() * 60);
  const spans: MockSpan[] = [];
  while (spans.length < n) {
    const parent = spans.length > 0 && r() < 0.92 ? spans[Math.floor(r() * spans.length)] : null;
    const repeat = r() < 0.2 ? 1 + Math.floor(r() * 6) : 1;
    const service = `s${Math.floor(r() * 3)}`;
    const name = `n${Math.floor(r() * 4)}`;
    for (let i = 0; i < repeat; i++) {
      spans.push({
        spanId: hexOf(r, 16), parentId: parent?.spanId ?? null, service, name, kind: Math.floor(r() * 6), status: r() < 0.15 ? 2 : 0,
        start: Math.floor((parent?.start ?? 0) + r() * 1000), duration: r() < 0.1 ? 0 : Math.floor(r() * 2000), attributes: [],
      });
    }
  }
  return { traceId: hexOf(r, 32), start: 1_767_225_600_000_000_000n, spans, flags: 0 };
}

/** As randomTrace, but a chain: every span the child of the one before. */
export function deepTrace(n: number): MockTrace {
  const spans: MockSpan[] = [];
  for (let i = 0; i < n; i++) {
    spans.push({
      spanId: (i + 1).toString(16).padStart(16, '0'), parentId: i === 0 ? null : i.toString(16).padStart(16, '0'), service: 's', name: 'n', kind: 1, status: 0,
      start: i, duration: n - i, attributes: [],
    });
  }
  return { traceId: '1'.repeat(32), start: 0n, spans, flags: 0 };
}
