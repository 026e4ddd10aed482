import { type ThemeChoice, usePrefs } from '../state/prefs.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { Popover } from '../ui/Popover.tsx';

const CHOICES: readonly { key: ThemeChoice; label: string; icon: IconName }[] = [
  { key: 'system', label: 'As the system', icon: 'system' },
  { key: 'light', label: 'Light', icon: 'sun' },
  { key: 'dark', label: 'Dark', icon: 'moon' },
];

export function ThemeMenu() {
  const theme = usePrefs((p) => p.theme);
  const set = usePrefs((p) => p.set);
  const now = CHOICES.find((c) => c.key === theme)!;
  return (
    <Popover name={`Colours: ${now.label}`} className="bar-button theme-button" button={<Icon name={now.icon} />}>
      {(close) => (
        <ul className="menu">
          {CHOICES.map((c) => (
            <li key={c.key}>
              <button type="button" className="menu-item" aria-pressed={c.key === theme} onClick={() => { set({ theme: c.key }); close(); }}>
                <Icon name={c.icon} />
                <span>{c.label}</span>
                {c.key === theme && <Icon name="check" />}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}
