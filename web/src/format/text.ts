// Control characters, line separators and direction overrides: they would break or reorder a line of ours.
// eslint-disable-next-line no-control-regex
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** One line of safe text: harmful characters become visible dots, and at most `max` characters stay. */
export function oneLine(text: string, max = 400): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return cut.replace(HARMFUL, '·');
}

// The same without what only lays text out (tab and line breaks).
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Whether a text holds characters that nobody sees but that change how the rest reads. */
export const hasInvisible = (text: string): boolean => text.search(INVISIBLE) >= 0;

/** The text with such characters written out, \u202e for instance. */
export const revealInvisible = (text: string): string =>
  text.replace(INVISIBLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
