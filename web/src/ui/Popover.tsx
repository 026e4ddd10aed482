import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useEscape } from './escape.ts';

/** A button that opens a panel under itself. Esc and a click elsewhere close it and give the focus back. */
export function Popover({ button, name, className, align = 'right', children }: {
  button: ReactNode;
  /** Accessible name of the button and panel. */
  name: string;
  className?: string;
  align?: 'left' | 'right';
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = () => {
    setOpen(false);
    trigger.current?.focus();
  };
  useEscape(open, close);
  useEffect(() => {
    if (!open) return;
    const outside = (e: Event) => {
      if (!root.current?.contains(e.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  return (
    <div className="popover-root" ref={root}>
      <button ref={trigger} type="button" className={className} aria-label={name} aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        {button}
      </button>
      {open && (
        <div id={id} className={`popover popover-${align}`} role="group" aria-label={name}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
