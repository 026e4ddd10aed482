import { useEffect, useRef } from 'react';
import { useEscape } from '../ui/escape.ts';
import { Icon } from '../ui/Icon.tsx';

const SHEET: readonly [string, readonly [string, string][]][] = [
  ['Everywhere', [
    ['/', 'Search (on a trace: within it)'],
    ['t', 'Local time or UTC'],
    ['Esc', 'Close the topmost thing'],
    ['?', 'This sheet'],
  ]],
  ['Search', [
    ['j  k', 'Next, previous trace'],
    ['Enter', 'Open the trace'],
    ['p', 'Pause or resume live arrival'],
  ]],
  ['Trace', [
    ['j  k  ↓  ↑', 'Next, previous span'],
    ['←  →', 'Collapse or to the parent; expand'],
    ['Enter', 'Span details'],
    ['n  N', 'Next, previous match'],
    ['e  E', 'Next, previous error'],
    ['[  ]', 'Previous, next trace of the list'],
    ['+  −  0', 'Zoom in, out, whole trace'],
    ['h  l', 'Pan left, right'],
    ['z', 'Fit the span'],
    ['c', 'Dim what is not on the critical path'],
    ['C  X', 'Collapse all, expand all'],
    ['1 … 9', 'Show that many levels'],
    ['wheel', 'Zoom around the pointer; with Shift pan, with Alt scroll'],
  ]],
];

export function ShortcutSheet({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEscape(true, () => dialog.current?.close());
  useEffect(() => {
    const d = dialog.current!;
    if (!d.open) d.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby="sheet-title"
      onClose={close}
      onClick={(e) => {
        if (e.target === dialog.current) dialog.current?.close();
      }}
    >
      <div className="sheet-head">
        <h2 id="sheet-title">Keyboard</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}><Icon name="close" /></button>
      </div>
      <div className="sheet-body">
        {SHEET.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([k, what]) => (
                <div key={k}>
                  <dt>{k.split('  ').map((one) => <kbd key={one}>{one}</kbd>)}</dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
