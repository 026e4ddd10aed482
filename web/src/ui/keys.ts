import { useEffect, useRef } from 'react';

/** Whether a key belongs to what has the focus (a text box, a list, an open dialog) rather than to the page. */
export function isTyping(e: KeyboardEvent): boolean {
  const t = e.target as HTMLElement | null;
  if (!t || !(t instanceof HTMLElement)) return false;
  return t.closest('input, textarea, select, [contenteditable], [role=listbox], dialog') !== null;
}

/** Page-wide keys. The handler returns true when it used the key. Not called while someone types or holds a modifier. */
export function usePageKeys(handler: (e: KeyboardEvent) => boolean | void): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || isTyping(e)) return;
      if (latest.current(e)) e.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
