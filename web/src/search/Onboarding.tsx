import { useId, useState } from 'react';
import type { ServerStatus } from '../api/types.ts';
import { Copy } from '../ui/Copy.tsx';
import { type Endpoints, LANGUAGES, type Protocol } from './snippets.ts';

const DEMO = 'dotnet run --project src/Clew.Server -- --demo';

/** A store that never received a span: how to send the first one, with this server's own endpoints. */
export function Onboarding({ status }: { status: ServerStatus }) {
  const endpoints: Endpoints = { grpc: asUrl(status.endpoints.otlpGrpc), http: asUrl(status.endpoints.otlpHttp) };
  const [language, setLanguage] = useState(LANGUAGES[0]);
  const [wanted, setWanted] = useState<Protocol>('grpc');
  const protocol: Protocol = endpoints[wanted] ? wanted : endpoints.grpc ? 'grpc' : 'http';
  const endpoint = endpoints[protocol];
  const id = useId();

  const keys = (e: React.KeyboardEvent) => {
    const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    e.preventDefault();
    const next = LANGUAGES[(LANGUAGES.indexOf(language) + step + LANGUAGES.length) % LANGUAGES.length];
    setLanguage(next);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };

  return (
    <main className="onboarding">
      <div className="onboarding-in">
        <h1>Waiting for the first span</h1>
        <p className="lead">
          Clew is listening. Point an OpenTelemetry SDK at it and its traces show up on this page by themselves, a moment after they were sent.
        </p>
        <p className="waiting"><span className="live-dot" />Listening for OTLP
          {endpoints.grpc && <> on <code>{status.endpoints.otlpGrpc}</code> (gRPC)</>}
          {endpoints.grpc && endpoints.http && ' and'}
          {endpoints.http && <> on <code>{status.endpoints.otlpHttp}</code> (HTTP)</>}
          {!endpoints.grpc && !endpoints.http && ': both OTLP receivers are off in the configuration'}
        </p>

        {endpoint && (
          <>
            <div className="onboarding-tabs">
              <div role="tablist" aria-label="Language" className="tabs" onKeyDown={keys}>
                {LANGUAGES.map((l) => (
                  <button
                    key={l.key}
                    id={`${id}-${l.key}`}
                    type="button"
                    role="tab"
                    className="tab"
                    aria-selected={l === language}
                    aria-controls={`${id}-panel`}
                    tabIndex={l === language ? 0 : -1}
                    onClick={() => setLanguage(l)}
                  >
                    {l.name}
                  </button>
                ))}
              </div>
              <div className="segmented" role="group" aria-label="Protocol">
                {(['grpc', 'http'] as const).filter((p) => endpoints[p]).map((p) => (
                  <button key={p} type="button" aria-pressed={p === protocol} onClick={() => setWanted(p)}>{p === 'grpc' ? 'gRPC' : 'HTTP'}</button>
                ))}
              </div>
            </div>
            <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${language.key}`} className="snippets">
              {language.snippets(protocol, endpoint).map((s) => <Code key={s.title} title={s.title} code={s.code} />)}
            </div>
          </>
        )}

        <h2>Nothing at hand to trace?</h2>
        <p>Run the demo, a shop of twelve services under load, from Clew's repository:</p>
        <Code title="Terminal" code={DEMO} />
      </div>
    </main>
  );
}

function Code({ title, code }: { title: string; code: string }) {
  return (
    <figure className="snippet">
      <figcaption>
        <span>{title}</span>
        <Copy text={code} what={title} label="Copy" />
      </figcaption>
      <pre className="code" tabIndex={0}>{code}</pre>
    </figure>
  );
}

/** The endpoint as senders on this machine, or on the machine this page was opened from, reach it. */
function asUrl(listen: string | undefined): string | undefined {
  if (!listen) return undefined;
  if (/^https?:/.test(listen)) return listen;
  return `http://${listen.replace(/^(0\.0\.0\.0|\[::\]|\*|\+)(?=:\d+$)/, window.location.hostname)}`;
}
