// What every end-to-end test shares: a server for the release page, a browser, and gestures said like a user would.
import { chromium } from 'playwright-core';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(here, '../..');
const dist = path.join(root, 'dist');
const kinds = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json', '.svg': 'image/svg+xml' };

/** Serves dist/ (and examples/ below designs/) on a free port of this machine. */
export async function serve() {
  const server = http.createServer((request, response) => {
    const wanted = path.normalize(decodeURIComponent(request.url.split('?')[0])).replace(/^\/+/, '') || 'index.html';
    const file = wanted.startsWith('designs/') ? path.join(root, 'examples', wanted.slice(8)) : path.join(dist, wanted);
    if (file.includes('..') || !fs.existsSync(file) || fs.statSync(file).isDirectory()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': kinds[path.extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-store' });
    fs.createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

export const browserArguments = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A browser; one a test file is enough. */
export async function browser() {
  return chromium.launch({ executablePath: process.env.WEFT_CHROMIUM ?? '/usr/bin/chromium', headless: true, args: browserArguments });
}

/** Opens the page in a fresh profile and waits until it can be used. Everything that goes wrong in it is collected. */
export async function open(browser, address, { query = '', width = 1280, height = 800, theme = 'light', touch = false } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, hasTouch: touch, acceptDownloads: true, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  // Somebody listening keeps choosers from being shown by the browser, which cancels them; said only beside the key, it can come after the key.
  page.on('filechooser', () => {});
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(address + '/' + query, { waitUntil: 'load' });
  await page.waitForFunction(() => window.weft?.ready, null, { timeout: 30000 });
  await page.evaluate(() => window.weft.ready.then(() => true));
  return { page, context, complaints, requests };
}

/** The design and the report as plain objects. */
export const design = (page) => page.evaluate(() => JSON.parse(window.weft.getDesign()));
export const report = (page) => page.evaluate(() => JSON.parse(window.weft.getReport() ?? 'null'));

/** Waits until a predicate over the report holds and returns that report. */
export async function reportWhere(page, what, holds, timeout = 10000) {
  const until = Date.now() + timeout;
  let last = null;
  while (Date.now() < until) {
    last = await report(page);
    if (last && holds(last)) return last;
    await page.waitForTimeout(50);
  }
  throw new Error(`no report in which ${what}; the last one: ${JSON.stringify(last?.diagnostics?.map((d) => [d.code, d.subject, d.message]))}`);
}

/** Presses, moves in steps and releases, as a hand does. */
export async function drag(page, from, to, { steps = 12 } = {}) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + (to.x - from.x) / 3, from.y + (to.y - from.y) / 3, { steps });
  await page.mouse.move(to.x, to.y, { steps });
  await page.mouse.up();
}

/** The middle of an element on the page. */
export async function middle(locator) {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Drags a palette entry onto the canvas, to a place measured from the canvas' top left corner. */
export async function place(page, part, at) {
  const canvas = await page.locator('[data-canvas]').boundingBox();
  const entry = page.locator(`[data-part="${part}"]`).first();
  // Lines of the palette get their height once they are in sight, which moves those below.
  for (let look = 0; look < 2; look += 1) {
    await entry.scrollIntoViewIfNeeded();
    await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
  }
  await drag(page, await middle(entry), { x: canvas.x + at.x, y: canvas.y + at.y });
}

/** Where a port or any subject is on the page, in pixels. */
export async function whereIs(page, subject) {
  const place = await page.evaluate((subject) => window.weft.whereIs(subject), subject);
  if (!place) throw new Error(`${subject} is not on the page`);
  return place;
}

/** Drags from one port to another. */
export async function connect(page, from, to) {
  await drag(page, await whereIs(page, from), await whereIs(page, to));
}

/** Runs axe over the page and returns its violations in short. */
export async function axe(page) {
  const source = fs.readFileSync(path.join(here, 'node_modules/axe-core/axe.min.js'), 'utf8');
  await page.context().newCDPSession(page).then(async (session) => {
    // The page's policy forbids foreign scripts, so axe comes in through the debugger.
    await session.send('Runtime.evaluate', { expression: source });
  });
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return result.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

/** Saves a screenshot of the page, or of a part of it, where README and guide look for it, when asked to (`WEFT_SCREENSHOTS=1`); otherwise only takes it. */
export async function screenshot(page, name, part = page) {
  const folder = path.join(root, 'docs/images');
  const bytes = await part.screenshot();
  if (process.env.WEFT_SCREENSHOTS) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, name), bytes);
  }
  return bytes;
}
