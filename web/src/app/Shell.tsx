import { useRef, useState } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { usePrefs } from '../state/prefs.ts';
import { useSession } from '../state/session.ts';
import { Icon, Mark } from '../ui/Icon.tsx';
import { usePageKeys } from '../ui/keys.ts';
import { Health } from './Health.tsx';
import { QuickOpen } from './QuickOpen.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { ThemeMenu } from './ThemeMenu.tsx';
import { TimeControl } from './TimeControl.tsx';

/** The bar that every page shares, and the keys that work everywhere. */
export function Shell() {
  const quick = useRef<HTMLInputElement>(null);
  const [sheet, setSheet] = useState(false);
  const location = useLocation();
  const searchQuery = useSession((s) => s.searchQuery);
  const zone = usePrefs((p) => p.zone);
  const setPrefs = usePrefs((p) => p.set);
  const onSearch = location.pathname === '/search';

  usePageKeys((e) => {
    if (e.key === '?') setSheet(true);
    else if (e.key === 't') setPrefs({ zone: zone === 'local' ? 'utc' : 'local' });
    // On a trace the same key goes to the search within it.
    else if (e.key === '/' && !location.pathname.startsWith('/trace/')) quick.current?.focus();
    else return false;
    return true;
  });

  return (
    <div className="shell">
      <a className="skip" href="#content">Skip to the content</a>
      <header className="bar">
        <NavLink to="/search" className="brand" aria-label="Clew, to the search">
          <Mark />
          <span>clew</span>
        </NavLink>
        <nav aria-label="Places" className="places">
          <NavLink to={onSearch ? `/search${location.search}` : `/search${searchQuery}`}>Search</NavLink>
        </nav>
        <QuickOpen inputRef={quick} />
        <div className="bar-right">
          <TimeControl />
          <button type="button" className="bar-button zone" title="Local time or UTC (t)" onClick={() => setPrefs({ zone: zone === 'local' ? 'utc' : 'local' })}>
            {zone === 'local' ? 'Local' : 'UTC'}
          </button>
          <ThemeMenu />
          <button type="button" className="bar-button keys-button" title="Keyboard (?)" aria-label="Keyboard shortcuts" onClick={() => setSheet(true)}>
            <Icon name="keyboard" />
          </button>
          <Health />
        </div>
      </header>
      <div id="content" className="content" tabIndex={-1}>
        <Outlet />
      </div>
      {sheet && <ShortcutSheet close={() => setSheet(false)} />}
    </div>
  );
}
