import { describe, expect, it } from 'vitest';
import { random } from '../dev/random.ts';
import { parseQuickOpen } from '../src/app/quickOpen.ts';
import { KINDS, STATUSES } from '../src/api/types.ts';
import { type Filters, isFiltered, NO_FILTERS, readFilters, toApiQuery, withoutSelection, withSelection, writeFilters } from '../src/state/filters.ts';
import { readRange, RELATIVE, resolveRange, type TimeRange, writeRange } from '../src/state/timeRange.ts';

describe('filters in the address', () => {
  it('come back as they were, whatever they hold', () => {
    const r = random(4);
    const odd = ['', 'pricing', 'GET /a?b=c&d=e#f', 'ünï %20 +', '<script>', 'a=b', '\u202e', '"quoted"'];
    const pick = <T>(list: readonly T[]): T => list[Math.floor(r() * list.length)];
    for (let i = 0; i < 400; i++) {
      const f: Filters = {
        service: pick(odd), operation: pick(odd), kind: pick(['', ...KINDS] as const), status: pick(['', ...STATUSES] as const),
        minDuration: pick(['', '1.5s', '200ms']), maxDuration: pick(['', '10s', '5']), attrs: r() < 0.5 ? [] : ['k=v', `x.y=${pick(odd)}`], root: r() < 0.5,
      };
      const address = writeFilters(new URLSearchParams('range=1h'), f).toString();
      const p = new URLSearchParams(address);
      expect(readFilters(p)).toEqual(f);
      expect(p.get('range')).toBe('1h');
      expect(isFiltered(f)).toBe(JSON.stringify(f) !== JSON.stringify(NO_FILTERS));
    }
  });

  it('that make no sense are left out', () => {
    const f = readFilters(new URLSearchParams('kind=sideways&status=fine&minDuration=soon&attr=noequals&attr=%3Dv&root=1'));
    expect(f).toEqual(NO_FILTERS);
  });

  it('go to the server in its units', () => {
    const f = { ...NO_FILTERS, service: 'a', minDuration: '1.5s', maxDuration: '2 min', attrs: ['a=b', 'c=d'] };
    const q = toApiQuery(f, { kind: 'last', key: '15m', ms: 900_000 }, 1_767_225_600_000);
    expect(Object.fromEntries(q)).toMatchObject({ service: 'a', minDuration: '1500000000', maxDuration: '120000000000', from: '1767224700000000000' });
    expect(q.getAll('attr')).toEqual(['a=b', 'c=d']);
    expect(q.has('to')).toBe(false);
  });
});

describe('the time range in the address', () => {
  it('comes back as it was', () => {
    const ranges: TimeRange[] = [...RELATIVE.map((r) => ({ kind: 'last' as const, key: r.key, ms: r.ms })), { kind: 'all' }, { kind: 'absolute', from: 1_767_225_600_123, to: 1_767_225_601_456 }];
    for (const range of ranges) expect(readRange(new URLSearchParams(writeRange(new URLSearchParams('service=a'), range).toString()))).toEqual(range);
  });

  it('falls back where it is nonsense', () => {
    for (const bad of ['range=yesterday', 'from=5', 'from=b&to=c', 'from=10&to=5', 'from=99999999999999999&to=999999999999999999']) {
      expect(readRange(new URLSearchParams(bad))).toMatchObject({ kind: 'last', key: '15m' });
    }
  });

  it('resolves against now', () => {
    expect(resolveRange({ kind: 'last', key: '5m', ms: 300_000 }, 1_000_000)).toEqual({ from: 700_000 });
    expect(resolveRange({ kind: 'all' }, 5)).toEqual({});
  });
});

it('a selection on the scatter narrows the search, and clearing it goes back', () => {
  const before = new URLSearchParams('range=6h&service=a');
  const narrowed = withSelection(before, { from: 1_767_225_600_000.4, to: 1_767_225_660_000.2, minDuration: 1e9, maxDuration: 3.5e9 });
  expect(readRange(narrowed)).toEqual({ kind: 'absolute', from: 1_767_225_600_000, to: 1_767_225_660_001 });
  expect(readFilters(narrowed)).toMatchObject({ service: 'a', minDuration: '1s', maxDuration: '3.5s' });
  expect(withoutSelection(narrowed).toString()).toBe(before.toString());
});

describe('the quick-open box', () => {
  const id = '0123456789abcdef0123456789abcdef';
  it.each([
    [id, `/trace/${id}`], [` ${id.toUpperCase()} `, `/trace/${id}`], ['01234567-89ab-cdef-0123-456789abcdef', `/trace/${id}`],
    [`00-${id}-00f067aa0ba902b7-01`, `/trace/${id}?span=00f067aa0ba902b7`], ['0123456789abcdef', `/trace/0000000000000000${'0123456789abcdef'}`],
    ['pricing', '/search?service=pricing'], ['user.id=42', '/search?attr=user.id%3D42'],
  ])('%s leads to %s', (text, target) => expect(parseQuickOpen(text, ['pricing'])).toBe(target));
  it.each(['', 'nothing known', '=v', 'a b=c', 'xyz'])('%j leads nowhere', (text) => expect(parseQuickOpen(text, [])).toBeNull());
});
