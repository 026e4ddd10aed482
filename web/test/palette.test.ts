import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PALETTE_SIZE, serviceIndex } from '../src/views/palette.ts';

it('a service keeps its colour for ever', () => {
  // Fixed on purpose: whoever changes these changes what every user has learnt.
  const fixed = { storefront: 0, auth: 3, catalog: 13, cart: 2, inventory: 6, pricing: 17, checkout: 19, payment: 1, fraud: 16, order: 11, shipping: 8, notification: 12 };
  for (const [name, index] of Object.entries(fixed)) expect([name, serviceIndex(name)]).toEqual([name, index]);
});

it('any name has a colour, and names spread over all of them', () => {
  const counts = Array.from({ length: PALETTE_SIZE }, () => 0);
  for (let i = 0; i < 10_000; i++) counts[serviceIndex(`service-${i}`)]++;
  expect(Math.min(...counts)).toBeGreaterThan(350);
  expect(Math.max(...counts)).toBeLessThan(650);
  for (const name of ['', '🦊', 'x'.repeat(10_000)]) expect(serviceIndex(name)).toBeLessThan(PALETTE_SIZE);
});

/** Tokens of one theme from tokens.css: the dark block over the light one. */
function tokens(dark: boolean): Map<string, string> {
  const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8');
  const [light, rest] = css.split(":root[data-theme='dark']");
  const all = new Map<string, string>();
  for (const block of dark ? [light, rest] : [light]) for (const m of block.matchAll(/(--[\w-]+):\s*([^;]+);/g)) all.set(m[1], m[2].trim());
  for (const [k, v] of all) {
    const ref = /^var\((.+)\)$/.exec(v);
    if (ref) all.set(k, all.get(ref[1])!);
  }
  return all;
}

const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};

it.each([false, true])('marks have 3:1 and texts 4.5:1 against what they lie on (dark: %s)', (dark) => {
  const t = tokens(dark);
  for (let i = 0; i < PALETTE_SIZE; i++) expect([i, contrast(t.get(`--svc-${i}`)!, t.get('--surface-0')!) >= 3]).toEqual([i, true]);
  for (const text of ['--text', '--text-2', '--n10', '--error', '--warn', '--ok', '--accent']) {
    for (const ground of ['--surface-0', '--surface-1', '--surface-2', '--n3']) {
      expect([text, ground, contrast(t.get(text)!, t.get(ground)!) >= 4.5]).toEqual([text, ground, true]);
    }
  }
  for (const [text, ground] of [['--text', '--accent-soft'], ['--text-2', '--accent-soft'], ['--on-accent', '--accent'], ['--text', '--error-soft'], ['--text', '--warn-soft'], ['--error', '--accent-soft']]) {
    expect([text, ground, contrast(t.get(text)!, t.get(ground)!) >= 4.5]).toEqual([text, ground, true]);
  }
});
