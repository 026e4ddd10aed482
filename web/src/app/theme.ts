import { usePrefs } from '../state/prefs.ts';
import { themeChanged } from '../views/theme.ts';

/** Keeps data-theme on the document in step with the reader's choice and the system's. Call once, before drawing. */
export function startTheme(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const { theme } = usePrefs.getState();
    const effective = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
    if (document.documentElement.dataset.theme === effective) return;
    document.documentElement.dataset.theme = effective;
    themeChanged();
  };
  apply();
  dark.addEventListener('change', apply);
  usePrefs.subscribe(apply);
}
