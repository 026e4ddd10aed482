import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { oneLine } from '../format/text.ts';
import { useEscape } from './escape.ts';

export interface Option {
  value: string;
  /** Shown before and after the value. */
  before?: ReactNode;
  after?: ReactNode;
}

const MOST = 200;

/** A text box with completions (the ARIA combobox pattern). Commits on Enter, on a choice and, unless told otherwise, on leaving. */
export function Combobox({ label, value, options, remark, onCommit, placeholder, inputRef, className, commitOnBlur = true }: {
  label: string;
  value: string;
  options: readonly Option[];
  /** What there is to say of the completions: that some may be missing. */
  remark?: string;
  onCommit: (value: string) => void;
  placeholder?: string;
  inputRef?: React.RefObject<HTMLInputElement | null>;
  className?: string;
  commitOnBlur?: boolean;
}) {
  const [text, setText] = useState(value);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => setText(value), [value]);

  // Right after opening, the value that is set must not hide the others.
  const typed = text !== value;
  const needle = typed ? text.trim().toLowerCase() : '';
  const shown = options.filter((o) => o.value !== '' && o.value.toLowerCase().includes(needle)).slice(0, MOST);

  const commit = (v: string) => {
    setOpen(false);
    setActive(-1);
    setText(v);
    if (v !== value) onCommit(v);
  };
  useEscape(open, () => {
    setOpen(false);
    setText(value);
  });
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const isOpen = open && shown.length > 0;
  return (
    <div className={`combobox ${className ?? ''}`}>
      <input
        ref={inputRef}
        className="input"
        role="combobox"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? `${id}-list` : undefined}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && active >= 0 ? `${id}-${active}` : undefined}
        placeholder={placeholder}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onFocus={(e) => e.target.select()}
        onClick={() => setOpen(true)}
        onChange={(e) => {
          setText(e.target.value);
          setActive(-1);
          setOpen(true);
        }}
        onBlur={() => (commitOnBlur ? commit(text.trim()) : setOpen(false))}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
            e.preventDefault();
            setOpen(true);
            const step = e.key === 'ArrowDown' ? 1 : -1;
            setActive((a) => (shown.length === 0 ? -1 : a < 0 ? (step > 0 ? 0 : shown.length - 1) : (a + step + shown.length) % shown.length));
          } else if (e.key === 'Enter') {
            commit(isOpen && active >= 0 ? shown[active].value : text.trim());
          }
        }}
      />
      {isOpen && (
        <ul ref={list} className="options" role="listbox" id={`${id}-list`} aria-label={label}>
          {shown.map((o, i) => (
            <li
              key={o.value}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === active}
              className={i === active ? 'option active' : 'option'}
              onPointerDown={(e) => {
                e.preventDefault();
                commit(o.value);
              }}
            >
              {o.before}
              <bdi className="option-text">{oneLine(o.value, 300)}</bdi>
              {o.after !== undefined && <span className="option-after">{o.after}</span>}
            </li>
          ))}
          {remark && <li role="presentation" className="options-remark">{remark}</li>}
        </ul>
      )}
    </div>
  );
}
