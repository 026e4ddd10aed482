import type { RefObject } from 'react';
import { api } from '../api/client.ts';
import { formatCount } from '../format/number.ts';
import { Copy } from '../ui/Copy.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { WaterfallCommand } from '../views/waterfall/WaterfallView.ts';

/** The search within the trace and what opens, closes and fits the waterfall. */
export function Toolbar({ text, setText, inputRef, matchCount, position, pending, failed, next, command, toDepth, path, setPath, neighbours, traceId }: {
  text: string;
  setText: (t: string) => void;
  inputRef: RefObject<HTMLInputElement | null>;
  /** null without a text. */
  matchCount: number | null;
  /** Which match is selected, from 1; 0 for none. */
  position: number;
  pending: boolean;
  failed: boolean;
  next: (step: 1 | -1) => void;
  command: (c: WaterfallCommand) => void;
  toDepth: (d: number) => void;
  /** Whether what is not on the critical path is dimmed. */
  path: boolean;
  setPath: (on: boolean) => void;
  neighbours: { previous: boolean; next: boolean; go: (step: 1 | -1) => void } | null;
  traceId: string;
}) {
  return (
    <div className="toolbar" role="group" aria-label="Waterfall">
      <div className="in-trace">
        <Icon name="search" />
        <input
          ref={inputRef}
          className="input"
          type="search"
          aria-label="Search within this trace"
          placeholder="Find in this trace"
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(e) => setText(e.target.value)}
          onKeyDown={(e) => {
            if (e.key === 'Enter') {
              e.preventDefault();
              next(e.shiftKey ? -1 : 1);
            } else if (e.key === 'Escape') {
              // Esc in the box: first the text, then the focus; nothing behind it.
              e.preventDefault();
              if (text !== '') setText('');
              else e.currentTarget.blur();
            }
          }}
        />
        <span className="match-count" role="status">
          {matchCount !== null && (
            <>
              {position > 0 ? `${formatCount(position)} of ${formatCount(matchCount)}` : matchCount === 0 && !pending ? 'no match' : `${formatCount(matchCount)} found`}
              {pending && '…'}
              {failed && <span title="The server did not answer: only names, services and ids were searched"> (names only)</span>}
            </>
          )}
        </span>
        {matchCount !== null && matchCount > 0 && (
          <>
            <button type="button" className="icon-button" aria-label="Previous match" title="Previous match (N)" onClick={() => next(-1)}><Icon name="up" /></button>
            <button type="button" className="icon-button flip" aria-label="Next match" title="Next match (n)" onClick={() => next(1)}><Icon name="up" /></button>
          </>
        )}
      </div>
      <div className="toolbar-end">
        <select
          className="input depth"
          aria-label="Show levels"
          value=""
          onChange={(e) => {
            const v = e.target.value;
            if (v === 'all') command('expandAll');
            else if (v !== '') toDepth(Number(v));
          }}
        >
          <option value="">Levels</option>
          <option value="1">1 level</option>
          {[2, 3, 4, 6].map((d) => <option key={d} value={d}>{d} levels</option>)}
          <option value="all">All levels</option>
        </select>
        <button
          type="button"
          className="button quiet path-toggle"
          aria-pressed={path}
          title="Dim what is not on the critical path, which is underlined (c)"
          onClick={() => setPath(!path)}
        >
          Critical path
        </button>
        <button type="button" className="button quiet fit" title="Whole trace (0)" onClick={() => command('fit')}>Whole trace</button>
        {neighbours && (
          <span className="neighbours">
            <button type="button" className="icon-button" aria-label="Previous trace of the list" title="Previous trace ([)" disabled={!neighbours.previous} onClick={() => neighbours.go(-1)}><Icon name="left" /></button>
            <button type="button" className="icon-button" aria-label="Next trace of the list" title="Next trace (])" disabled={!neighbours.next} onClick={() => neighbours.go(1)}><Icon name="right" /></button>
          </span>
        )}
        <a className="button quiet json-link" href={api.otlpJsonUrl(traceId)} target="_blank" rel="noreferrer" title="The trace as OTLP JSON">JSON</a>
        <Copy icon="link" label="Copy link" what="a link to this view" text={() => window.location.href} />
      </div>
    </div>
  );
}
