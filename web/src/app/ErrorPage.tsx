import { useRouteError } from 'react-router';
import { Link } from 'react-router';

/** What a fault of the page itself shows: what happened, that no data are lost, what to do. */
export function ErrorPage() {
  const error = useRouteError();
  return (
    <main className="message-page">
      <h1>This page broke</h1>
      <p>The fault is in the page, not in your data: everything Clew received is kept.</p>
      <pre className="code">{error instanceof Error ? error.message : String(error)}</pre>
      <p>
        <a href={location.href}>Reload it</a>, or go <a href="/search">to the search</a>.
      </p>
    </main>
  );
}

export function NotFound() {
  return (
    <main className="message-page">
      <h1>Nothing lives at this address</h1>
      <p>
        <Link to="/search">Search traces</Link>, or paste a trace id into the box above.
      </p>
    </main>
  );
}
