import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';

/** One line that says something about what is shown: an icon and words, the colour only supports them. */
export function Notice({ kind, children }: { kind: 'info' | 'warn' | 'error'; children: ReactNode }) {
  return (
    <p className={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : undefined}>
      <Icon name={kind} />
      <span>{children}</span>
    </p>
  );
}
