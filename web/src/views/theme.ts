import { PALETTE_SIZE } from './palette.ts';

/** The tokens as a canvas needs them: resolved colours of the theme in force. Immutable; read anew when the theme changes. */
export interface Theme {
  readonly fontText: string;
  readonly fontMono: string;
  readonly surface: string;
  readonly raised: string;
  readonly hairline: string;
  readonly guide: string;
  readonly faint: string;
  readonly text: string;
  readonly text2: string;
  readonly dim: string;
  readonly hover: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly match: string;
  readonly error: string;
  readonly errorSoft: string;
  readonly warn: string;
  readonly services: readonly string[];
}

let current: Theme | null = null;
const listeners = new Set<() => void>();

function read(): Theme {
  const style = getComputedStyle(document.documentElement);
  // A custom property that refers to another is already resolved in a computed style.
  const v = (name: string) => style.getPropertyValue(name).trim();
  return {
    fontText: v('--font-text'),
    fontMono: v('--font-mono'),
    surface: v('--surface-0'),
    raised: v('--surface-2'),
    hairline: v('--n4'),
    guide: v('--n6'),
    faint: v('--n8'),
    text: v('--text'),
    text2: v('--text-2'),
    dim: v('--n10'),
    hover: v('--n3'),
    accent: v('--accent'),
    accentSoft: v('--accent-soft'),
    match: v('--match'),
    error: v('--error'),
    errorSoft: v('--error-soft'),
    warn: v('--warn'),
    services: Array.from({ length: PALETTE_SIZE }, (_, i) => v(`--svc-${i}`)),
  };
}

export const theme = (): Theme => (current ??= read());

/** Called by whoever switches the theme, after the switch. */
export function themeChanged(): void {
  current = null;
  for (const f of listeners) f();
}

/** Returns the function that ends the subscription. */
export function onThemeChange(f: () => void): () => void {
  listeners.add(f);
  return () => listeners.delete(f);
}
