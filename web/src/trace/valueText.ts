import type { Attribute, AttributeValue } from '../api/types.ts';

/** A value as text: a string as it is, arrays and maps as JSON-like text. */
export function valueText(a: AttributeValue): string {
  switch (a.type) {
    case 'empty': return '';
    case 'array': return `[${((a.value ?? []) as AttributeValue[]).map(nested).join(', ')}]`;
    case 'map': return `{${((a.value ?? []) as Attribute[]).map((m) => `${JSON.stringify(m.key)}: ${nested(m)}`).join(', ')}}`;
    default: return String(a.value ?? '');
  }
}

const nested = (a: AttributeValue): string => (a.type === 'string' ? JSON.stringify(a.value ?? '') : a.type === 'empty' ? 'empty' : valueText(a));

/** Whether key or value contain the text; `text` in lower case. */
export const contains = (a: Attribute, text: string): boolean =>
  a.key.toLowerCase().includes(text) || valueText(a).toLowerCase().includes(text);
