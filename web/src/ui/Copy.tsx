import { useEffect, useState } from 'react';
import { Icon } from './Icon.tsx';

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without a secure context there is no clipboard API; the older way still works.
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'visually-hidden';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** Copies `text`, and says so for a moment. With `label` it shows words, else the icon alone. */
export function Copy({ text, what, label, icon = 'copy' }: { text: string | (() => string); what: string; label?: string; icon?: 'copy' | 'link' }) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 1600);
    return () => clearTimeout(timer);
  }, [state]);
  const said = state === 'done' ? 'Copied' : state === 'failed' ? 'Could not copy' : (label ?? '');
  return (
    <button
      type="button"
      className={label ? 'button quiet' : 'icon-button'}
      title={`Copy ${what}`}
      aria-label={label ? undefined : state === 'idle' ? `Copy ${what}` : state === 'done' ? 'Copied' : 'Could not copy'}
      onClick={() => void copyText(typeof text === 'string' ? text : text()).then((ok) => setState(ok ? 'done' : 'failed'))}
    >
      <Icon name={state === 'done' ? 'check' : icon} />
      {label && <span>{said}</span>}
    </button>
  );
}
