import { useEffect, useRef } from 'react';

// The topmost closable thing is the one that opened last; Esc closes that one alone.
const stack: (() => void)[] = [];
let listening = false;

function onKey(e: KeyboardEvent): void {
  if (e.key !== 'Escape' || e.defaultPrevented || stack.length === 0) return;
  e.preventDefault();
  stack[stack.length - 1]();
}

/** While `active`, Esc calls `close` if nothing opened after this. */
export function useEscape(active: boolean, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    if (!active) return;
    if (!listening) {
      window.addEventListener('keydown', onKey);
      listening = true;
    }
    const entry = () => latest.current();
    stack.push(entry);
    return () => {
      stack.splice(stack.indexOf(entry), 1);
    };
  }, [active]);
}
