import { type RefObject, useState } from 'react';
import { useNavigate } from 'react-router';
import { useServices } from '../state/queries.ts';
import { formatCount } from '../format/number.ts';
import { serviceColour } from '../views/palette.ts';
import { Combobox } from '../ui/Combobox.tsx';
import { Icon } from '../ui/Icon.tsx';
import { parseQuickOpen } from './quickOpen.ts';

/** One box for a trace id (also a traceparent header or a UUID), a service or key=value. */
export function QuickOpen({ inputRef }: { inputRef: RefObject<HTMLInputElement | null> }) {
  const navigate = useNavigate();
  const services = useServices().data?.services ?? [];
  const [unclear, setUnclear] = useState(false);
  // The box empties itself once it has led somewhere.
  const [round, setRound] = useState(0);

  const go = (text: string) => {
    const target = parseQuickOpen(text, services.map((s) => s.name));
    setUnclear(text !== '' && target === null);
    if (target === null) return;
    setRound(round + 1);
    void navigate(target);
  };

  return (
    <div className="quick" role="search">
      <Icon name="search" />
      <Combobox
        key={round}
        label="Open a trace by its id, or a service"
        placeholder="Trace id, service or key=value"
        value=""
        commitOnBlur={false}
        inputRef={inputRef}
        options={services.map((s) => ({
          value: s.name,
          before: <span className="dot" style={{ background: serviceColour(s.name) }} />,
          after: `${formatCount(s.spanCount)} spans`,
        }))}
        onCommit={go}
      />
      <kbd className="quick-key" aria-hidden="true">/</kbd>
      {unclear && <span className="quick-unclear" role="status">Not a trace id, a known service or key=value</span>}
    </div>
  );
}
