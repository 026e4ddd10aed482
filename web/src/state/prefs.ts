import { create } from 'zustand';
import type { Zone } from '../format/time.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';

/** What a reader chose for this browser; nothing of it is part of an address. */
interface Prefs {
  theme: ThemeChoice;
  zone: Zone;
  /** Share of the waterfall's width that the tree takes, 0.12–0.8. */
  treeShare: number;
  /** Width of the details panel, CSS pixels. */
  panelWidth: number;
}

interface PrefsState extends Prefs {
  set(p: Partial<Prefs>): void;
}

const KEY = 'clew.prefs';
const DEFAULTS: Prefs = { theme: 'system', zone: 'local', treeShare: 0.34, panelWidth: 460 };

function load(): Prefs {
  try {
    const p = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Prefs>;
    return {
      theme: p.theme === 'light' || p.theme === 'dark' ? p.theme : 'system',
      zone: p.zone === 'utc' ? 'utc' : 'local',
      treeShare: typeof p.treeShare === 'number' ? Math.min(0.8, Math.max(0.12, p.treeShare)) : DEFAULTS.treeShare,
      panelWidth: typeof p.panelWidth === 'number' ? Math.min(1200, Math.max(280, p.panelWidth)) : DEFAULTS.panelWidth,
    };
  } catch {
    return DEFAULTS;
  }
}

export const usePrefs = create<PrefsState>()((set, get) => ({
  ...load(),
  set(p) {
    set(p);
    const { theme, zone, treeShare, panelWidth } = get();
    try {
      localStorage.setItem(KEY, JSON.stringify({ theme, zone, treeShare, panelWidth }));
    } catch {
      // A browser that stores nothing still works; the choice ends with the page.
    }
  },
}));
