/**
 * Where a text of the quick-open box leads: a trace for 32 hex digits (16 are padded, as some tools cut them), a UUID or a
 * W3C traceparent; a search for a known service or for key=value; null for anything else.
 */
export function parseQuickOpen(text: string, services: readonly string[]): string | null {
  const t = text.trim();
  if (services.includes(t)) return `/search?${new URLSearchParams({ service: t })}`;
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/i.exec(t);
  if (parent) return `/trace/${parent[1].toLowerCase()}?span=${parent[2].toLowerCase()}`;
  const id = t.replace(/^0x/i, '').replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(id)) return `/trace/${id}`;
  if (/^[0-9a-f]{16}$/.test(id)) return `/trace/${id.padStart(32, '0')}`;
  if (/^[^=\s]+=.+/.test(t)) return `/search?${new URLSearchParams({ attr: t })}`;
  return null;
}
