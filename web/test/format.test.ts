import { describe, expect, it } from 'vitest';
import { formatDuration, formatTick, parseDuration, tickStep, toQueryDuration } from '../src/format/duration.ts';
import { formatBytes, percentile } from '../src/format/number.ts';
import { hasInvisible, oneLine, revealInvisible } from '../src/format/text.ts';
import { formatClock, formatExact, fromInputValue, nsToMs, toInputValue } from '../src/format/time.ts';
import { random } from '../dev/random.ts';

describe('durations', () => {
  it.each([
    [0, '0 ms'], [1, '1 ns'], [999, '999 ns'], [1000, '1.00 µs'], [87_400, '87.4 µs'], [412e6, '412 ms'], [3.21e9, '3.21 s'], [41.25e9, '41.3 s'],
    [999.6e6, '1.00 s'], [999_600, '1.00 ms'], [99.96e6, '100 ms'], [59.96e9, '1 min 0 s'], [61e9, '1 min 1 s'], [3599.7e9, '1 h 0 min'], [90 * 60e9, '1 h 30 min'],
    [26 * 3600e9, '1 d 2 h'], [-2e6, '−2.00 ms'], [Number.NaN, '–'],
  ])('%d ns reads %s', (ns, text) => expect(formatDuration(ns)).toBe(text));

  it.each([
    ['1.5s', 1.5e9], ['200ms', 200e6], ['10us', 10_000], ['10µs', 10_000], ['1h2m', 3720e9], ['2 min', 120e9], ['250', 250], [' 3 S ', 3e9], ['.5s', 0.5e9],
  ])('%s is understood', (text, ns) => expect(parseDuration(text)).toBeCloseTo(ns, 6));

  it.each(['', 's', '5x', '1.2.3s', '1s foo', '-1s', '1e3'])('%j is not a duration', (text) => expect(parseDuration(text)).toBeNull());

  it('survive a round trip through the address to four digits', () => {
    const r = random(2);
    for (let i = 0; i < 500; i++) {
      const ns = Math.round(10 ** (r() * 13));
      expect(Math.abs(parseDuration(toQueryDuration(ns))! - ns) / Math.max(1, ns)).toBeLessThan(6e-4);
    }
  });

  it('make axes whose labels differ', () => {
    for (const span of [37, 1e3, 8.1e5, 3.2e9, 4e10, 9e11, 3e14]) {
      const step = tickStep(span, 8);
      expect(span / step).toBeLessThanOrEqual(8.01);
      const labels = Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => formatTick(i * step, step));
      expect(new Set(labels).size).toBe(labels.length);
    }
  });
});

describe('times', () => {
  it('keep milliseconds of nanoseconds past 2^53', () => {
    expect(nsToMs('1767225600123456789')).toBeCloseTo(1767225600123.457, 2);
    expect(nsToMs('not a number')).toBe(0);
    expect(formatExact(1767225600123456789n)).toBe('2026-01-01T00:00:00.123456789Z');
    expect(formatClock(1767225600123, 'utc')).toBe('00:00:00.123');
  });

  it('outside of what a calendar holds do not throw', () => {
    expect(formatExact(9_223_372_036_854_775_807n)).toContain('2262');
    expect(formatClock(Number.NaN, 'utc')).toBe('–');
  });

  it('go through the date box and back in both zones', () => {
    for (const zone of ['utc', 'local'] as const) expect(fromInputValue(toInputValue(1767225601000, zone), zone)).toBe(1767225601000);
    expect(fromInputValue('', 'utc')).toBeNull();
  });
});

describe('percentile', () => {
  it('is the nearest rank of the slow definition', () => {
    const r = random(9);
    for (let i = 0; i < 200; i++) {
      const values = Array.from({ length: 1 + Math.floor(r() * 40) }, () => Math.floor(r() * 50));
      for (const p of [0.01, 0.5, 0.9, 0.95, 1]) {
        const candidates = values.filter((v) => values.filter((w) => w <= v).length >= p * values.length);
        expect(percentile(values, p)).toBe(Math.min(...candidates));
      }
    }
  });

  it('of nothing is no number', () => expect(percentile([], 0.5)).toBeNaN());
});

describe('hostile text', () => {
  it('becomes one line without control or direction characters', () => {
    expect(oneLine('a\u202eb\nc\u0000d')).toBe('a·b·c·d');
    expect(oneLine('x'.repeat(5000), 10)).toBe(`${'x'.repeat(10)}…`);
    expect(oneLine('日本語 🦊')).toBe('日本語 🦊');
  });

  it('is shown for what it is', () => {
    expect(hasInvisible('a\nb\tc')).toBe(false);
    expect(hasInvisible('a\u202eb')).toBe(true);
    expect(hasInvisible('a\u202eb')).toBe(true);
    expect(revealInvisible('a\u202eb\n')).toBe('a\\u202eb\n');
  });
});

it('bytes read in steps of a thousand', () => {
  expect([0, 999, 1000, 1536, 2_000_000, 123_456_789_000].map(formatBytes)).toEqual(['0 B', '999 B', '1.0 kB', '1.5 kB', '2.0 MB', '123 GB']);
});
