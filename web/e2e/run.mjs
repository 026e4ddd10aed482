// End-to-end tests in a real browser against the built pages and the mock server: `npm run build && npm run e2e`.
// CHROMIUM names the browser (default /usr/bin/chromium); without one the run says so and ends with success.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { cases } from './cases.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) {
  console.log(`skipped: no browser at ${executablePath}`);
  process.exit(0);
}
if (!existsSync(`${root}dist/index.html`)) {
  console.error('dist/ is missing: run `npm run build` first');
  process.exit(1);
}

const freePort = () => new Promise((resolve) => {
  const s = createServer().listen(0, '127.0.0.1', () => {
    const { port } = s.address();
    s.close(() => resolve(port));
  });
});

/** The built pages and the mock behind the product's content security policy. */
async function serve(env) {
  const port = await freePort();
  const child = spawn(process.execPath, ['node_modules/vite/bin/vite.js', 'preview', '--mode', 'mock', '--host', '127.0.0.1', '--port', String(port), '--strictPort'], {
    cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'],
  });
  const base = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error('the preview server ended');
    try {
      await fetch(`${base}/api/clew/v1/status`);
      break;
    } catch {
      await new Promise((r) => setTimeout(r, 100));
    }
  }
  return { base, stop: () => child.kill() };
}

const servers = { shop: await serve({}), empty: await serve({ CLEW_MOCK: 'empty' }) };
const browser = await chromium.launch({
  executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const axe = readFileSync(`${root}node_modules/axe-core/axe.min.js`, 'utf8');
const only = process.argv[2];
let passed = 0;
let failed = 0;
for (const [name, options, test] of cases) {
  if (only && !name.includes(only)) continue;
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options, bypassCSP: options.axe === true });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (m) => m.type() === 'error' && !(options.netErrors && /net::|Failed to load/.test(m.text())) && complaints.push(m.text()));
  page.on('pageerror', (e) => complaints.push(e.message));
  try {
    await test({ page, base: servers[options.server ?? 'shop'].base, axe, context });
    const real = complaints.filter((c) => !(options.expect404 && c.includes('404')));
    if (real.length > 0) throw new Error(`the console complained: ${real.join(' | ')}`);
    passed++;
    console.log(`ok    ${name}`);
  } catch (e) {
    failed++;
    console.log(`FAIL  ${name}\n      ${String(e.message ?? e).split('\n').slice(0, 12).join('\n      ')}`);
  }
  await context.close();
}
await browser.close();
for (const s of Object.values(servers)) s.stop();
console.log(`tests: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
