import assert from 'node:assert/strict';

const BIG50 = '/trace/0000000000000000000000000000c350';
const BIG100 = '/trace/000000000000000000000000000186a0';
const HOSTILE = '/trace/00000000000000000000000000000bad';
const BROKEN = '/trace/0000000000000000000000000000b20c';
const CHECKOUT = '/search?service=storefront&operation=POST+%2Fcheckout';

const rows = (page) => page.locator('.trace-row');
const current = (page) => page.locator('[role=treeitem]');
const ready = (page) => page.locator('.wf-canvas').waitFor();

async function openCheckout({ page, base }) {
  await page.goto(base + CHECKOUT);
  // An old one: it is closed and will not change.
  await rows(page).nth(12).click();
  await ready(page);
}

async function axeFindsNothing(page, axe) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document));
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 4).join(', ')}`), []);
}

async function noSidewaysScroll(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `the page is ${over} px wider than the window`);
}

/** name, options of the browser context and the runner, test. */
export const cases = [
  ['search lists traces and says what they are', {}, async ({ page, base }) => {
    await page.goto(`${base}/`);
    await rows(page).first().waitFor();
    assert.match(page.url(), /\/search$/);
    assert.match(await page.locator('.headline-text').innerText(), /^\d[\d,]* traces.*p50.*p95/s);
    assert.ok((await rows(page).count()) < 60, 'rows out of sight must not exist');
  }],

  ['the critical path is shown by key and by button', {}, async (t) => {
    await openCheckout(t);
    const button = t.page.getByRole('button', { name: 'Critical path' });
    assert.equal(await button.getAttribute('aria-pressed'), 'false');
    await t.page.keyboard.press('c');
    assert.equal(await button.getAttribute('aria-pressed'), 'true');
    await button.click();
    assert.equal(await button.getAttribute('aria-pressed'), 'false');
  }],

  ['filters live in the address and Back undoes them', {}, async ({ page, base }) => {
    await page.goto(`${base}/search`);
    await rows(page).first().waitFor();
    const box = page.getByRole('combobox', { name: 'Service', exact: true });
    await box.click();
    await box.fill('pric');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/service=pricing/);
    await page.getByLabel('Status').selectOption('error');
    await page.waitForURL(/status=error/);
    await page.goBack();
    await page.waitForURL((u) => !u.search.includes('status'));
    assert.equal(await page.getByLabel('Status').inputValue(), '');
    assert.equal(await box.inputValue(), 'pricing');
  }],

  ['attributes become chips, and nothing found says what to relax', {}, async ({ page, base }) => {
    await page.goto(`${base}/search`);
    await page.getByLabel('Attribute, key=value').fill('order.currency=EUR');
    await page.keyboard.press('Enter');
    await page.waitForURL(/attr=order.currency%3DEUR/);
    await rows(page).first().waitFor();
    await page.getByLabel('Least duration').fill('3h');
    await page.keyboard.press('Enter');
    await page.getByText('No trace has a span that meets all of this').waitFor();
    await page.getByRole('link', { name: 'Of any duration' }).click();
    await rows(page).first().waitFor();
  }],

  ['new traces slide in at the top, and wait while the reader is elsewhere', {}, async ({ page, base }) => {
    await page.goto(`${base}/search`);
    await rows(page).first().waitFor();
    const before = await rows(page).first().getAttribute('href');
    await page.waitForFunction((b) => document.querySelector('.trace-row')?.getAttribute('href') !== b, before, { timeout: 9000 });
    await page.locator('.search-scroll').evaluate((e) => e.scrollTo(0, 900));
    await page.waitForTimeout(200);
    const seen = await page.locator('.trace-row').evaluateAll((l) => l.map((e) => [e.getAttribute('href'), e.getBoundingClientRect().top]));
    await page.locator('.new-marker').waitFor({ timeout: 9000 });
    const after = new Map(await page.locator('.trace-row').evaluateAll((l) => l.map((e) => [e.getAttribute('href'), e.getBoundingClientRect().top])));
    for (const [href, top] of seen) assert.equal(after.get(href), top, 'a row moved');
    await page.locator('.new-marker').click();
    await page.waitForFunction(() => document.querySelector('.search-scroll').scrollTop === 0 && !document.querySelector('.new-marker'));
  }],

  ['dragging on the scatter narrows the search, and it can be cleared', {}, async ({ page, base }) => {
    await page.goto(`${base}/search`);
    await rows(page).first().waitFor();
    const box = await page.locator('.scatter-host').boundingBox();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=.*minDuration=/);
    await page.getByRole('button', { name: 'Clear selection' }).click();
    await page.waitForURL((u) => u.search === '');
  }],

  ['keys alone lead from the list into a trace and its details', {}, async ({ page, base }) => {
    await page.goto(base + CHECKOUT);
    await rows(page).nth(14).waitFor();
    for (let i = 0; i < 13; i++) await page.keyboard.press('j');
    await page.waitForFunction(() => document.activeElement?.classList.contains('trace-row'));
    await page.keyboard.press('Enter');
    await ready(page);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    assert.match(await current(page).innerText(), /GET auth/);
    await page.keyboard.press('Enter');
    await page.locator('.panel .attr').first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.panel').waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowLeft');
    assert.equal(await current(page).getAttribute('aria-expanded'), 'false');
    await page.keyboard.press('ArrowRight');
    assert.equal(await current(page).getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }],

  ['a span is in the address, and the link opens it', {}, async ({ page, base, context }) => {
    await openCheckout({ page, base });
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.waitForURL(/span=[0-9a-f]{16}/);
    const other = await context.newPage();
    await other.goto(page.url());
    await other.locator('.panel .attr').first().waitFor();
    assert.equal(await current(other).innerText(), await current(page).innerText());
  }],

  ['the search within a trace finds names at once and attributes from the server', {}, async ({ page, base }) => {
    await openCheckout({ page, base });
    await page.keyboard.press('/');
    await page.keyboard.type('fabrikam');
    await page.getByText('1 found', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('1 of 1', { exact: true }).waitFor();
    assert.match(await current(page).innerText(), /fabrikam/);
    await page.getByLabel('Search within this trace').fill('184320');
    await page.getByText('1 found', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    assert.match(await current(page).innerText(), /load customer history/);
    await page.keyboard.press('Escape');
    assert.equal(await page.getByLabel('Search within this trace').inputValue(), '');
  }],

  ['a fold opens and closes', {}, async ({ page, base }) => {
    await openCheckout({ page, base });
    const lines = async () => Number(await current(page).getAttribute('aria-setsize'));
    await page.keyboard.press('/');
    await page.keyboard.type('SELECT stock');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    const open = await lines();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await lines(), open - 19);
    await page.keyboard.press('ArrowRight');
    assert.equal(await lines(), open);
  }],

  ['an attribute leads to the traces that have it', {}, async ({ page, base }) => {
    await openCheckout({ page, base });
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const row = page.locator('.attr', { hasText: 'order.id' });
    await row.hover();
    await row.getByRole('link').click();
    await page.waitForURL(/\/search\?attr=order.id/);
    await rows(page).first().waitFor();
    assert.equal(await rows(page).count(), 1);
  }],

  ['an open trace refreshes and keeps selection and what is collapsed', {}, async ({ page, base }) => {
    await page.goto(`${base}/search?service=storefront&operation=POST+%2Fcheckout&root=true`);
    await rows(page).first().waitFor();
    // Wait for one that is still open, then follow it until it is closed.
    const open = page.locator('.trace-row', { has: page.locator('.open-mark') }).first();
    await open.waitFor({ timeout: 20_000 });
    await open.click();
    await ready(page);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowLeft');
    const before = await current(page).innerText();
    await page.getByText('still open').waitFor({ state: 'detached', timeout: 20_000 });
    assert.equal(await current(page).innerText(), before);
    assert.equal(await current(page).getAttribute('aria-expanded'), 'false');
  }],

  ['an unknown trace says what that could mean', { expect404: true }, async ({ page, base }) => {
    await page.goto(`${base}/trace/${'9'.repeat(32)}`);
    await page.getByText('No span of this trace is known').waitFor();
    await page.getByText('still on their way').waitFor();
  }],

  ['what is not whole about a trace is said', {}, async ({ page, base }) => {
    await page.goto(base + BROKEN);
    await page.getByText('3 spans name parents that never arrived').waitFor();
    await page.getByText('There are 6 roots').waitFor();
  }],

  ['hostile data stay text and break nothing', {}, async ({ page, base }) => {
    page.on('dialog', () => assert.fail('a script ran'));
    await page.goto(base + HOSTILE);
    await ready(page);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator('.panel .attr').first().waitFor();
    assert.doesNotMatch(await page.title(), /owned/);
    assert.equal(await page.locator('.panel script, .panel b').count(), 0);
    await noSidewaysScroll(page);
    await page.keyboard.press('j');
    await page.getByText('5,000', { exact: true }).waitFor();
    assert.ok((await page.locator('.panel .attr').count()) < 1000, 'thousands of rows are shown on demand only');
    await page.getByLabel('Filter attributes').fill('attribute.number.4999');
    await page.waitForFunction(() => document.querySelectorAll('.panel .section:first-of-type .attr').length === 1);
    await page.goto(`${base}/search?service=%3Cscript%3Ealert(1)%3C%2Fscript%3E`);
    await rows(page).first().waitFor();
    await noSidewaysScroll(page);
  }],

  ['50,000 spans are painted within 300 ms of their data, 100,000 within 600', {}, async ({ page, base }) => {
    for (const [path, budget] of [[BIG50, 300], [BIG100, 600]]) {
      await page.goto(base + path);
      await page.waitForFunction(() => performance.getEntriesByName('clew:trace-first-paint').length > 0, null, { timeout: 60_000 });
      const ms = await page.evaluate(() => performance.getEntriesByName('clew:trace-first-paint')[0].duration);
      console.log(`      ${path.slice(-5)}: ${ms.toFixed(0)} ms`);
      assert.ok(ms <= budget, `${ms} ms`);
      const frames = await page.evaluate(async () => {
        const scroller = document.querySelector('.waterfall-host');
        const canvas = document.querySelector('.wf-canvas');
        const times = [];
        let last = performance.now();
        for (let i = 0; i < 90; i++) {
          if (i < 45) scroller.scrollTop += 1777;
          else canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: i % 20 < 10 ? -80 : 80, clientX: 1100, clientY: 500, cancelable: true, bubbles: true }));
          await new Promise(requestAnimationFrame);
          const now = performance.now();
          times.push(now - last);
          last = now;
        }
        return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)];
      });
      console.log(`      frames of scrolling and zooming, p95: ${frames.toFixed(1)} ms`);
      assert.ok(frames <= 34, `${frames} ms`);
    }
  }],

  ['a store without spans says how to send the first one', { server: 'empty' }, async ({ page, base }) => {
    await page.goto(`${base}/search`);
    await page.getByText('Waiting for the first span').waitFor();
    assert.match(await page.locator('.snippets').innerText(), /http:\/\/127\.0\.0\.1:4317/);
    await page.getByRole('tab', { name: 'Python' }).click();
    await page.getByRole('button', { name: 'HTTP' }).click();
    assert.match(await page.locator('.snippets').innerText(), /http:\/\/127\.0\.0\.1:4318\/v1\/traces/);
    await page.getByText('dotnet run --project src/Clew.Server -- --demo').waitFor();
  }],

  ['offline keeps what is on screen and says since when', { netErrors: true }, async ({ page, base, context }) => {
    await page.goto(`${base}/search`);
    await rows(page).first().waitFor();
    await context.setOffline(true);
    await page.getByText(/Offline since \d\d:\d\d:\d\d/).waitFor({ timeout: 15_000 });
    assert.ok((await rows(page).count()) > 5);
    await context.setOffline(false);
    await page.getByText(/Offline since/).waitFor({ state: 'detached', timeout: 15_000 });
  }],

  ['a server that is not well says so in words, and a partial answer says what is missing', {}, async ({ page, base }) => {
    await page.route('**/api/clew/v1/status', async (route) => {
      const body = await (await route.fetch()).json();
      await route.fulfill({ json: { ...body, health: { state: 'warn', messages: ['The disk is 91 % full'] } } });
    });
    await page.route('**/api/clew/v1/search?*', async (route) => {
      const body = await (await route.fetch()).json();
      await route.fulfill({ json: { ...body, partial: 'One segment could not be read: 1,200 spans are missing.' } });
    });
    await page.goto(`${base}/search`);
    await page.getByRole('button', { name: 'Server: The disk is 91 % full' }).waitFor();
    await page.getByText('1,200 spans are missing').waitFor();
  }],

  ['what an answer says of itself stands beside what it shows: in the list, the completions and the trace', {}, async ({ page, base }) => {
    const overload = 'Between 2026-01-01 10:00:00 and 10:00:20 UTC more came than could be taken in: 1,204 payloads were refused.';
    for (const path of ['search', 'services', 'operations']) {
      await page.route(new RegExp(`/api/clew/v1/${path}(\\?|$)`), async (route) => {
        const body = await (await route.fetch()).json();
        await route.fulfill({ json: { ...body, notes: [overload], ...(path === 'services' && { partial: 'A file is damaged.' }) } });
      });
    }
    await page.route('**/api/clew/v1/traces/*/skeleton', async (route) => {
      const answer = await route.fetch();
      const body = await answer.body();
      body[7] |= 4; // late spans
      await route.fulfill({ body, headers: { ...answer.headers(), 'Clew-Partial': 'Segment 7 cannot be read.', 'Clew-Notes': '3 spans came late, after the trace had been closed.' } });
    });
    await page.goto(`${base}/search`);
    await page.locator('.notice-info').getByText(overload).waitFor();
    assert.equal(await page.locator('.notice').count(), 1);
    await page.getByRole('combobox', { name: 'Service', exact: true }).click();
    assert.equal(await page.locator('.options-remark').innerText(), `A file is damaged. ${overload}`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/notes-search.png` });
    await page.keyboard.press('Escape');
    await rows(page).first().click();
    await page.locator('.note-warn').getByText('Segment 7 cannot be read.').waitFor();
    await page.locator('.note-info').getByText('3 spans came late').waitFor();
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/notes-trace.png` });
  }],

  ['a search that the server refuses is explained and not repeated', { netErrors: true }, async ({ page, base }) => {
    let asked = 0;
    await page.route('**/api/clew/v1/search?*', (route) => {
      asked++;
      return route.fulfill({ status: 400, contentType: 'application/problem+json', json: { title: 'Bad request', status: 400, detail: "Parameter 'attr': expected key=value." } });
    });
    await page.goto(`${base}/search`);
    await page.getByText("Parameter 'attr': expected key=value.").waitFor();
    await page.waitForTimeout(4500);
    assert.equal(asked, 1);
  }],

  ['older traces are loaded on demand, each once', {}, async ({ page, base }) => {
    await page.goto(`${base}/search?range=all`);
    await rows(page).first().waitFor();
    await page.keyboard.press('p');
    const count = async () => Number((await page.locator('.trace-rows').evaluate((e) => e.style.height)).replace('px', '')) / 28;
    const before = await count();
    assert.ok(before >= 500);
    await page.getByRole('button', { name: 'Load 500 older' }).click();
    await page.waitForFunction((n) => Number.parseFloat(document.querySelector('.trace-rows').style.height) / 28 >= n, before + 400);
    const seen = new Set();
    for (let y = 0; y < (await count()) * 28; y += 600) {
      await page.locator('.search-scroll').evaluate((e, top) => e.scrollTo(0, top), y);
      await page.waitForTimeout(20);
      for (const [at, href] of await rows(page).evaluateAll((l) => l.map((e) => [e.parentElement.style.top, e.getAttribute('href')]))) seen.add(`${at} ${href}`);
    }
    assert.equal(new Set([...seen].map((s) => s.split(' ')[1])).size, seen.size);
  }],

  ['neighbours, levels and the time zone have keys', {}, async ({ page, base }) => {
    await openCheckout({ page, base });
    const here = page.url();
    await page.keyboard.press(']');
    await page.waitForURL((u) => u.href !== here);
    await page.keyboard.press('[');
    await page.waitForURL(here);
    await ready(page);
    await page.keyboard.press('j');
    const all = Number(await current(page).getAttribute('aria-setsize'));
    await page.keyboard.press('2');
    assert.ok(Number(await current(page).getAttribute('aria-setsize')) < all);
    await page.keyboard.press('X');
    assert.equal(Number(await current(page).getAttribute('aria-setsize')), all);
    await page.keyboard.press('t');
    await page.getByText(/\d UTC/).waitFor();
  }],

  ['the theme can be chosen and stays', {}, async ({ page, base }) => {
    await page.goto(`${base}/search`);
    await page.getByRole('button', { name: /Colours/ }).click();
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  }],

  ...[[320, 640], [390, 844], [768, 1024], [3840, 2160]].map(([width, height]) => [
    `nothing is wider than a window of ${width}`, { viewport: { width, height } }, async ({ page, base }) => {
      await page.goto(`${base}/search`);
      await rows(page).first().waitFor();
      await noSidewaysScroll(page);
      await page.goto(base + HOSTILE);
      await ready(page);
      await noSidewaysScroll(page);
    },
  ]),

  ...['light', 'dark'].flatMap((colorScheme) => [[1440, 900], [390, 844]].map(([width, height]) => [
    `axe finds nothing (${colorScheme}, ${width})`, { colorScheme, viewport: { width, height }, axe: true }, async ({ page, base, axe }) => {
      await page.goto(`${base}/search?attr=order.currency%3DEUR`);
      await rows(page).first().waitFor();
      await axeFindsNothing(page, axe);
      await rows(page).nth(8).click();
      await ready(page);
      await axeFindsNothing(page, axe);
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.locator('.panel .attr').first().waitFor();
      await axeFindsNothing(page, axe);
      await page.goto(base + BROKEN);
      await ready(page);
      await axeFindsNothing(page, axe);
    },
  ])),

  ['axe finds nothing on the page of an empty store', { server: 'empty', axe: true }, async ({ page, base, axe }) => {
    await page.goto(`${base}/search`);
    await page.getByText('Waiting for the first span').waitFor();
    await axeFindsNothing(page, axe);
  }],
];
