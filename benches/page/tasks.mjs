// How long the page is held up by what a user does: opens a large fabric in every way there is, edits it, looks around, exports it, and
// reports for each step the longest task of the page's main thread by the clock and by the processor's (on a machine that does other work
// as well they differ), how many took more than 50 ms, and what the longest one did.
// Things are found by selector, not by role: working out the names of hundreds of buttons takes longer than what is measured.
// Called by `cargo xtask bench --tasks`, which builds the page. By hand: node tasks.mjs DIST [--k=16,32] [--only=WORD] [--slow=4]
// On a machine that does other work, WEFT_CHROMIUM can name a script that starts Chromium ahead of it (nice, autogroup).
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { chromium } from '../../tests/e2e/node_modules/playwright-core/index.mjs';
import { fatTreeDump } from './dump.mjs';

const flag = (name, otherwise) => process.argv.map((word) => word.split('=')).find(([key]) => key === `--${name}`)?.[1] ?? otherwise;
const folder = path.resolve(process.argv[2]);
const sizes = flag('k', '16,32').split(',').map(Number);
const only = flag('only', '');
/** How many times slower the processor is made. */
const slow = Number(flag('slow', '1'));
const LONG = 50;
/** What marks the page's process in a trace. */
const HERE = 'bench:here';

const kinds = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };
const server = http.createServer((request, response) => {
  const file = path.join(folder, path.normalize(request.url.split('?')[0]).replace(/^\/+/, '') || 'index.html');
  if (!file.startsWith(folder) || !fs.existsSync(file) || fs.statSync(file).isDirectory()) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': kinds[path.extname(file)] ?? 'application/octet-stream' });
  fs.createReadStream(file).pipe(response);
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const site = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({
  executablePath: process.env.WEFT_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** Every task of the main thread of the page while `work` runs, each with what took longest in it. */
async function traced(page, work) {
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'v8.execute', 'blink.user_timing', '__metadata'] });
  const began = Date.now();
  let failure = null;
  try { await work(); } catch (error) { failure = error; }
  const took = Date.now() - began;
  await page.evaluate((mark) => performance.mark(mark), HERE);
  const { traceEvents: events } = JSON.parse((await browser.stopTracing()).toString());
  if (process.env.WEFT_KEEP_TRACE) fs.writeFileSync(`${process.env.WEFT_KEEP_TRACE}/${Date.now()}.json`, JSON.stringify({ traceEvents: events }));
  if (failure) throw failure;
  // The page's own process: the browser has pages of its own, which are started in the middle of it.
  const own = events.find((event) => event.cat?.includes('blink.user_timing') && event.name === HERE)?.pid;
  const threads = events.filter((event) => event.pid === own && event.name === 'thread_name' && event.args?.name === 'CrRendererMain').map((event) => `${event.pid}/${event.tid}`);
  const tasks = events.filter((event) => event.ph === 'X' && event.name === 'ThreadControllerImpl::RunTask' && threads.includes(`${event.pid}/${event.tid}`));
  const named = events.filter((event) => event.ph === 'X' && event.cat?.includes('devtools.timeline') && event.dur > 500);
  return {
    took,
    tasks: tasks.map((task) => {
      const cpu = (task.tdur ?? 0) / 1000;
      const within = named.filter((event) => event.pid === task.pid && event.tid === task.tid && event.ts >= task.ts && event.ts + event.dur <= task.ts + task.dur + 1 && event.name !== 'RunTask');
      const sums = {};
      for (const event of within) sums[event.name] = (sums[event.name] ?? 0) + event.dur / 1000;
      const what = Object.entries(sums).sort((a, b) => b[1] - a[1]).slice(0, 3).map(([name, sum]) => `${name} ${sum.toFixed(0)}`).join(', ');
      return { ms: task.dur / 1000, cpu, what };
    }),
  };
}

const rows = [];
async function step(page, k, name, work) {
  if (only && !name.includes(only)) { await work(); await settled(page); return; }
  const { took, tasks } = await traced(page, async () => { await work(); await settled(page); });
  const sorted = tasks.sort((a, b) => b.ms - a.ms);
  const long = sorted.filter((task) => task.ms > LONG);
  const row = { k, step: name, longest: sorted[0]?.ms ?? 0, cpu: Math.max(0, ...tasks.map((task) => task.cpu)), over: long.length, sum: long.reduce((sum, task) => sum + task.ms, 0), took, what: sorted[0]?.what ?? '' };
  rows.push(row);
  console.log(`${String(k).padStart(3)}  ${name.padEnd(34)} ${row.longest.toFixed(0).padStart(7)} ${row.cpu.toFixed(0).padStart(7)} ${String(row.over).padStart(5)} ${row.sum.toFixed(0).padStart(8)} ${String(row.took).padStart(7)}   ${row.what}`);
}

/** Waits until the report is in and ten frames in a row came in time. */
async function settled(page) {
  await page.waitForFunction(() => !/Checking…|Starting the engine|…$/.test(document.querySelector('.foot')?.textContent ?? ''), null, { timeout: 120000, polling: 50 });
  await page.evaluate(() => new Promise((done) => {
    let calm = 0, last = performance.now();
    const start = last;
    const frame = () => {
      const now = performance.now();
      calm = now - last < 30 ? calm + 1 : 0;
      last = now;
      if (calm >= 10 || now - start > 3000) done(); else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }));
  await page.waitForTimeout(150);
}

const fresh = async (query = '') => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  if (slow > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slow });
  page.on('pageerror', (error) => console.error(String(error)));
  if (query !== null) await start(page, query);
  return page;
};
const start = async (page, query) => {
  await page.goto(site + query, { waitUntil: 'load' });
  await page.waitForFunction(() => window.weft?.ready, null, { timeout: 60000 });
  await page.evaluate(() => window.weft.ready.then(() => true));
};
const opened = (page, nodes) => page.waitForFunction((nodes) => window.weftChanges > 0 && document.querySelector('#counts')?.textContent.includes(nodes), nodes, { timeout: 120000, polling: 20 });
const counting = (page) => page.evaluate(() => { window.weftChanges = 0; window.weft.addEventListener('change', () => { window.weftChanges += 1; }); });
const wheel = async (page, at, sum, ms) => {
  await page.mouse.move(at.x, at.y);
  for (let sent = 0; sent < 12; sent += 1) { await page.mouse.wheel(0, sum / 12); await page.waitForTimeout(ms / 12); }
};
const menu = async (page, button, item) => {
  await page.locator('.top button', { hasText: button }).first().click();
  await page.locator('[role=menuitem]', { hasText: item }).first().click();
};
const command = async (page, name) => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(name, { delay: 5 });
  await page.waitForTimeout(100);
  await page.keyboard.press('Enter');
};

// A browser that was just started is busy with pages of its own as soon as it has a window.
await (await browser.newContext()).newPage();
await new Promise((rested) => setTimeout(rested, 3000));
console.log('  k  step                                longest     cpu  >50ms   sum>50    took   in the longest task (ms)');
for (const k of sizes) {
  const dump = fatTreeDump(k);
  let page = await fresh(null);
  await step(page, k, 'open: template address', () => start(page, `?template=fat-tree&k=${k}`));
  const links = (k ** 3 * 3 / 4).toLocaleString('en');
  const text = await page.evaluate(() => window.weft.getDesign());
  const nodes = await page.evaluate(() => JSON.parse(window.weft.getDesign()).nodes.map((node) => node.id));
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'weft-')), 'fabric.weft.json');
  fs.writeFileSync(file, text);
  if (rows.length) console.log(`     a design file of ${(text.length / 1e6).toFixed(2)} MB, a dump of ${(dump.length / 1e6).toFixed(2)} MB`);

  await step(page, k, 'restore: reload after an edit', async () => {
    await page.evaluate((id) => { window.weft.select([id]); window.weft.dispatch({ intent: 'nudge', dx: 1, dy: 0 }); }, nodes[0]);
    await page.locator('[data-save-status="saved"]').waitFor({ timeout: 60000 });
    await start(page, '');
    await page.waitForFunction((links) => document.querySelector('#counts')?.textContent.includes(links), links, { timeout: 60000, polling: 20 });
  });
  await page.context().close();

  page = await fresh();
  await counting(page);
  await step(page, k, 'open: file chooser', async () => { await page.setInputFiles('#file-chooser', file); await opened(page, links); });
  await page.context().close();

  page = await fresh();
  await counting(page);
  await page.evaluate((text) => { window.held = new DataTransfer(); window.held.items.add(new File([text], 'fabric.weft.json')); }, text);
  await step(page, k, 'open: drop', async () => {
    await page.evaluate(() => document.querySelector('.app').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: window.held })));
    await opened(page, links);
  });
  await page.context().close();

  page = await fresh();
  await counting(page);
  await page.evaluate((text) => { window.held = text; }, text);
  await step(page, k, 'open: window.weft.load', async () => { await page.evaluate(() => window.weft.load(window.held)); await opened(page, links); });
  await page.context().close();

  page = await fresh();
  await counting(page);
  await page.evaluate((text) => { window.held = new DataTransfer(); window.held.items.add(new File([text], 'cluster.ibnetdiscover')); }, dump);
  await step(page, k, 'import: ibnetdiscover dump', async () => {
    await page.evaluate(() => document.querySelector('.app').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: window.held })));
    await opened(page, links);
  });
  await page.context().close();

  page = await fresh(`?template=fat-tree&k=${k}`);
  await settled(page);
  const canvas = await page.locator('[data-canvas]').boundingBox();
  const middle = { x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height / 2 };
  const weft = (work, argument) => page.evaluate(work, argument);
  const node = nodes.at(-1);
  await step(page, k, 'edit: delete a node', () => weft((id) => { window.weft.select([id]); window.weft.dispatch('delete'); }, node));
  await step(page, k, 'edit: undo', () => page.keyboard.press('Control+z'));
  await step(page, k, 'edit: redo', () => page.keyboard.press('Control+Shift+z'));
  await step(page, k, 'edit: nudge a node', () => weft((id) => { window.weft.select([id]); window.weft.dispatch({ intent: 'nudge', dx: 10, dy: 0 }); }, nodes[0]));
  await step(page, k, 'edit: connect', () => weft(([a, b]) => {
    const [from] = window.weft.freePorts(a), [to] = window.weft.freePorts(b);
    if (from && to) window.weft.dispatch({ intent: 'connect', ends: [from, to] });
  }, [nodes[0], nodes[1]]));
  await step(page, k, 'edit: drag a node', async () => {
    await weft((id) => { window.weft.dispatch({ intent: 'reveal', subjects: [id] }); }, nodes[0]);
    await page.waitForTimeout(200);
    const at = await weft((id) => window.weft.whereIs(id), nodes[0]);
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x + 60, at.y + 40, { steps: 12 });
    await page.mouse.up();
  });
  await weft(() => window.weft.fit());
  await settled(page);

  const hand = async () => { await page.keyboard.press('h'); };
  await step(page, k, 'view: zoom in from far to near', () => wheel(page, middle, -3600, 1500));
  await step(page, k, 'view: pan near', async () => { await hand(); await page.mouse.move(middle.x, middle.y); await page.mouse.down(); await page.mouse.move(middle.x - 300, middle.y - 150, { steps: 40 }); await page.mouse.up(); });
  await step(page, k, 'view: zoom out from near to far', () => wheel(page, middle, 3600, 1500));
  await weft(() => window.weft.fit());
  await step(page, k, 'view: pan far', async () => { await page.mouse.move(middle.x, middle.y); await page.mouse.down(); await page.mouse.move(middle.x - 300, middle.y - 150, { steps: 40 }); await page.mouse.up(); });
  await page.keyboard.press('Escape');
  await weft(() => window.weft.fit());
  await settled(page);

  await step(page, k, 'select all', () => page.keyboard.press('Control+a'));
  await step(page, k, 'select nothing', () => page.keyboard.press('Escape'));
  await step(page, k, 'select all, nudge', async () => { await page.keyboard.press('Control+a'); await page.keyboard.press('ArrowRight'); });
  await step(page, k, 'undo it', () => page.keyboard.press('Control+z'));
  await step(page, k, 'select all, copy', async () => { await page.keyboard.press('Control+a'); await page.keyboard.press('Control+c'); });
  await step(page, k, 'paste it', () => page.keyboard.press('Control+v'));
  await step(page, k, 'undo the paste', () => page.keyboard.press('Control+z'));
  await step(page, k, 'select all, delete', async () => { await page.keyboard.press('Control+a'); await page.keyboard.press('Delete'); });
  await step(page, k, 'undo the deletion', () => page.keyboard.press('Control+z'));
  await page.keyboard.press('Escape');
  await step(page, k, 'lay out everything', () => command(page, 'Lay out'));
  await step(page, k, 'panel: outline', async () => { await page.locator('[role=tab]', { hasText: 'Outline' }).click(); });
  await step(page, k, 'panel: find in the outline', async () => { await page.locator('#outline-filter').fill('host'); await page.waitForTimeout(200); await page.locator('#outline-filter').fill(''); });
  await step(page, k, 'edit beside the outline', () => weft((id) => { window.weft.select([id]); window.weft.dispatch('delete'); }, nodes.at(-2)));
  await page.locator('[role=tab]', { hasText: 'Parts' }).click();
  await step(page, k, 'panel: estimates', async () => { await page.locator('[role=tab]', { hasText: 'Estimates' }).click(); });
  await step(page, k, 'panel: findings', async () => { await page.locator('[role=tab]', { hasText: /^Findings/ }).click(); });
  const tab = (name) => page.locator('.right [role=tab]', { hasText: name }).click();
  const shut = async () => { await page.keyboard.press('Escape'); await page.locator('dialog[open]').waitFor({ state: 'detached' }); };
  await step(page, k, 'panel: inspector of everything', async () => { await weft(() => { document.querySelector('#canvas').focus(); window.weft.dispatch('select-all'); }); await tab('Inspector'); await page.locator('.inspector').waitFor(); });
  await step(page, k, 'names: a pattern for everything', async () => { await page.locator('#canvas').focus(); await command(page, 'Rename by a pattern'); await page.locator('.renamed li').first().waitFor(); });
  await step(page, k, 'names: rename everything', async () => { await page.locator('dialog[open] input.field').fill('box-{n}'); await page.locator('dialog[open] .button.primary').click(); await page.locator('dialog[open]').waitFor({ state: 'detached' }); });
  await step(page, k, 'names: undo it', async () => { await page.locator('#canvas').focus(); await page.keyboard.press('Control+z'); });
  await page.keyboard.press('Escape');
  await step(page, k, 'panel: failures', () => tab('Failures'));
  await step(page, k, 'failures: switch a node off', async () => { await weft((id) => window.weft.select([id]), nodes[0]); await page.locator('#canvas').focus(); await command(page, 'Switch off'); await page.locator('.failures table.beside').first().waitFor(); });
  await step(page, k, 'failures: rank every failure', async () => { await page.locator('.failures button', { hasText: 'Rank every failure' }).click(); await page.locator('.ranked li').first().waitFor({ timeout: 60000 }); });
  await weft(() => { window.weft.undo(); });
  await step(page, k, 'panel: traffic', async () => { await tab('Traffic'); await page.locator('.traffic-answer:not(.stale)').waitFor({ timeout: 60000 }); });
  await step(page, k, 'traffic: links in its colours', async () => { await page.locator('#canvas').focus(); await command(page, 'Colour links by load'); await page.locator('.legend').first().waitFor({ timeout: 60000 }); });
  await step(page, k, 'traffic: edit while coloured', () => weft((id) => { window.weft.select([id]); window.weft.dispatch('delete'); }, nodes.at(-3)));
  await step(page, k, 'traffic: its own colours again', async () => { await page.locator('#canvas').focus(); await command(page, 'Colour links by load'); await page.locator('.legend').first().waitFor({ state: 'detached' }); });
  await step(page, k, 'panel: training', async () => { await page.locator('.right').getByText('Training step', { exact: true }).first().click(); await page.locator('.training').waitFor(); });
  await step(page, k, 'training: a step of a model', async () => { await page.locator('.training .filter').first().click(); await page.locator('.training-result[aria-busy=false], .training-refused').first().waitFor({ timeout: 60000 }); });
  await weft(() => { window.weft.undo(); });
  await step(page, k, 'panel: parts, searched', async () => { await page.locator('#part-search').fill('800g'); await page.waitForTimeout(100); await page.locator('#part-search').fill(''); });
  await step(page, k, 'panel: the page of a part', async () => { await page.locator('.part').nth(5).focus(); await page.keyboard.press('i'); await page.locator('#part-page, dialog[open]').first().waitFor(); });
  await step(page, k, 'panel: the part shut', shut);
  await step(page, k, 'panel: templates', async () => { await page.locator('#canvas').focus(); await command(page, 'Templates'); await page.locator('dialog[open]').waitFor(); });
  await step(page, k, 'panel: templates shut', shut);
  await step(page, k, 'find a thing', async () => { await page.locator('#canvas').focus(); await page.keyboard.press('/'); await page.keyboard.type('leaf', { delay: 20 }); });
  await page.keyboard.press('Escape');
  await page.locator('[role=tab]', { hasText: 'Parts' }).click();
  await step(page, k, 'materials: the bill', async () => { await page.locator('#canvas').focus(); await page.keyboard.press('Control+Shift+B'); await page.locator('.purchase tbody tr').first().waitFor({ timeout: 60000 }); });
  await step(page, k, 'materials: another tier', async () => { await page.locator('.purchase-fields select').first().selectOption({ index: 1 }); await page.waitForTimeout(100); });
  await step(page, k, 'materials: the cable schedule', async () => { await page.locator('.dialog [role=tab], dialog[open] [role=tab]', { hasText: 'Cable schedule' }).click(); await page.locator('.purchase tbody tr').nth(20).waitFor({ timeout: 60000 }); });
  await step(page, k, 'materials: sorted', async () => { await page.locator('.purchase thead button').nth(2).click(); await page.locator('.purchase th[aria-sort=ascending]').waitFor(); });
  await shut();
  await weft(() => { window.weft.undo(); });
  await step(page, k, 'compare: the dialog', async () => { await page.locator('#canvas').focus(); await command(page, 'Compare'); await page.locator('dialog.compare').waitFor(); });
  await step(page, k, 'compare: with a file', async () => { await page.locator('dialog.compare input[type=file]').setInputFiles(file); await page.locator('table.compared').waitFor({ timeout: 60000 }); });
  await step(page, k, 'compare: an edit beside it', async () => { await weft((id) => { window.weft.select([id]); window.weft.dispatch('delete'); }, nodes.at(-4)); });
  await shut();
  await step(page, k, 'theme', async () => { await page.locator('button[aria-label^=Theme], button[title^=Theme]').first().click(); });
  await step(page, k, 'save: a snapshot on leaving', () => weft(() => { window.dispatchEvent(new Event('pagehide')); }));
  await step(page, k, 'export: design file', async () => { const saved = page.waitForEvent('download'); await page.keyboard.press('Control+s'); await saved; });
  for (const item of [/drawing/i, /cable schedule/i, /report/i]) {
    await step(page, k, `export: ${item.source}`, async () => {
      await page.locator('.top button', { hasText: 'Export' }).first().click();
      const entry = page.locator('[role=menuitem]', { hasText: item }).first();
      if (!(await entry.count())) { await page.keyboard.press('Escape'); return; }
      const saved = page.waitForEvent('download', { timeout: 30000 });
      saved.catch(() => {});
      await entry.click();
      // Tables are shown before they are saved.
      const table = page.locator('button', { hasText: 'Download CSV' });
      await Promise.race([saved, table.waitFor()]);
      if (await table.count()) await table.click();
      await saved;
      await page.keyboard.press('Escape');
    });
  }
  await step(page, k, 'new design', () => weft(() => window.weft.dispatch('new')));
  await page.context().close();
}
console.log(`\n${rows.filter((row) => row.over).length} of ${rows.length} steps hold the page up for more than ${LONG} ms by the clock, ${rows.filter((row) => row.cpu > LONG).length} by the processor's; the longest task takes ${Math.max(...rows.map((row) => row.longest)).toFixed(0)} ms.`);
await browser.close();
server.close();
