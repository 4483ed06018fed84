// Weft inside somebody else's page, and all of it in one file: neither needs more than the page itself.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { after, before } from 'node:test';
import { axe, browser, drag, open, place, reportWhere, root, screenshot, serve } from './support.mjs';

let chrome, site, host, page, onePage;
const example = fs.readFileSync(path.join(root, 'examples/leaf-spine.json'), 'utf8');

before(async () => {
  site = await serve();
  chrome = await browser();
  // Another origin, whose page has the element.
  host = http.createServer((request, response) => {
    if (request.url === '/pilot.json') return response.writeHead(200, { 'content-type': 'application/json' }).end(example);
    if (request.url.startsWith('/one.html')) return response.writeHead(200, { 'content-type': 'text/html' }).end(onePage);
    if (request.url === '/nowhere.json') return response.writeHead(404).end();
    if (request.url === '/weft-designer.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(fs.readFileSync(path.join(root, 'dist/weft-designer.js')));
    if (request.url === '/module.html') {
      return response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><html lang="en"><title>A page of modules</title><body>
        <weft-designer src="/pilot.json" page="${site.address}/index.html"></weft-designer><script type="module" src="/weft-designer.js"></script>`);
    }
    const attributes = decodeURIComponent(request.url.split('?')[1] ?? '');
    return response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><html lang="en"><title>A page about fabrics</title><body style="margin:0">
      <script src="${site.address}/weft-designer.js"></script><weft-designer ${attributes} style="height:600px"></weft-designer>
      <script>window.told = []; for (const name of ['ready', 'change', 'report', 'select', 'error']) document.querySelector('weft-designer').addEventListener(name, (event) => told.push([name, event.detail]));</script>`);
  });
  await new Promise((ready) => host.listen(0, '127.0.0.1', ready));
  host.here = `http://127.0.0.1:${host.address().port}`;
});
after(async () => { await chrome.close(); site.close(); host.close(); });

/** Opens the other page and waits for its element. */
async function around(attributes) {
  const context = await chrome.newContext({ viewport: { width: 1100, height: 640 }, reducedMotion: 'reduce' });
  page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${host.here}/?${encodeURIComponent(attributes)}`);
  await page.waitForFunction(() => document.querySelector('weft-designer').ready?.then(() => true));
  const frame = page.frames().find((frame) => frame.parentFrame());
  return { context, frame, complaints };
}
const element = (work, argument) => page.evaluate(`(${work})(document.querySelector('weft-designer'), ${JSON.stringify(argument ?? null)})`);
const told = (name) => page.evaluate((name) => window.told.filter(([told]) => told === name).length, name);

test('an element of another page shows what its src names, to look at', async () => {
  const { context, frame, complaints } = await around('src="/pilot.json" readonly theme="dark"');
  assert.equal(await element('(weft) => weft.getDesign()'), example);
  assert.equal(await told('ready'), 1);
  assert.equal(await frame.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await page.waitForFunction(() => window.told.some(([name]) => name === 'report'));
  assert.match(await element('(weft) => weft.getReport()'), /"weft-report"/);
  await frame.locator('.figures b').first().waitFor({ state: 'attached' });
  await screenshot(page, 'embedding.png', page.locator('weft-designer'));
  // Nothing that edits is offered, and what edits all the same is refused.
  assert.equal(await frame.locator('.tab', { hasText: 'Parts' }).count(), 0);
  assert.equal(await frame.getByLabel('New design').isVisible(), false);
  await frame.locator('[data-canvas]').click({ position: { x: 10, y: 10 } });
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  assert.equal(await element('(weft) => weft.getDesign()'), example);
  // Selecting is looking.
  const first = JSON.parse(example).nodes[0].id;
  await element('(weft, id) => weft.select([id])', first);
  await page.waitForFunction(() => window.told.some(([name]) => name === 'select'));
  await element('(weft) => { weft.setAttribute("theme", "light"); }');
  await frame.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  // The outline comes when it is asked for.
  await frame.getByLabel('Outline', { exact: true }).first().click();
  await frame.getByRole('tree').waitFor();
  // The frame keeps nothing in the browser.
  assert.deepEqual(await frame.evaluate(async () => (await indexedDB.databases()).map((base) => base.name)), []);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a page to look at is clear to everybody', async () => {
  for (const theme of ['light', 'dark']) {
    const shown = await open(chrome, site.address, { query: '?readonly&template=leaf-spine', theme, width: 700, height: 500 });
    await reportWhere(shown.page, 'the design is checked', (report) => report.counts.links > 0);
    assert.deepEqual(await axe(shown.page), []);
    await shown.context.close();
  }
});

test('edits in the frame are told, edits of the page around are not told back, and what cannot be opened is an error', async () => {
  const { context, frame, complaints } = await around('');
  await element('(weft, text) => weft.load(text)', example);
  assert.equal(await element('(weft) => weft.design'), example);
  await element('(weft) => weft.dispatch({ intent: "place", part: "generic-switch", at: [0, -400] })');
  await page.waitForTimeout(100);
  assert.equal(await told('change'), 0);
  // The user's own edit, by pointer.
  const before = JSON.parse(await element('(weft) => weft.getDesign()')).nodes.length;
  const canvas = await frame.locator('[data-canvas]').boundingBox();
  const entry = await frame.locator('[data-part="nvidia-qm9700"]').first();
  await entry.scrollIntoViewIfNeeded();
  const from = await entry.boundingBox();
  await drag(page, { x: from.x + 20, y: from.y + 10 }, { x: canvas.x + 60, y: canvas.y + 60 });
  await page.waitForFunction(() => window.told.some(([name]) => name === 'change'));
  assert.equal(JSON.parse(await element('(weft) => weft.getDesign()')).nodes.length, before + 1);
  await element('(weft) => weft.undo()');
  assert.equal(JSON.parse(await element('(weft) => weft.getDesign()')).nodes.length, before);
  await assert.rejects(element('(weft) => weft.load("{")'), /.{15}/);
  await assert.rejects(element('(weft) => weft.dispatch("dance")'), /dance|undo/);
  await element('(weft) => { weft.setAttribute("src", "/nowhere.json"); }');
  await page.waitForFunction(() => window.told.some(([name, detail]) => name === 'error' && /nowhere/.test(detail)));
  assert.equal(JSON.parse(await element('(weft) => weft.getDesign()')).nodes.length, before);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('who is not asked for gets no port', async () => {
  const context = await chrome.newContext();
  page = await context.newPage();
  await page.goto(host.here + '/pilot.json');
  // A page that answers the hello of a frame made for another origin, and one that answers with a wrong nonce.
  const answered = async (embed, change) => {
    await page.evaluate(([address, embed, change]) => {
      window.heard = [];
      document.querySelector('iframe')?.remove();
      const frame = document.createElement('iframe');
      addEventListener('message', (event) => {
        if (event.source !== frame.contentWindow) return;
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => window.heard.push(data.event);
        frame.contentWindow.postMessage({ weft: 1, type: 'init', version: 1, nonce: event.data.nonce + change }, '*', [port2]);
        window.heard.push('hello');
      });
      frame.src = `${address}/index.html?embed=${encodeURIComponent(embed)}`;
      document.body.append(frame);
    }, [site.address, embed, change]);
    await page.waitForFunction(() => window.heard.includes('hello'));
    // Long enough for one that stands below what is seen, too.
    if (!change && embed === host.here) await page.waitForFunction(() => window.heard.includes('ready'));
    else await page.waitForTimeout(3000);
    return page.evaluate(() => window.heard.slice(1));
  };
  assert.deepEqual(await answered('https://another.example', ''), []);
  assert.deepEqual(await answered(host.here, 'x'), []);
  assert.ok((await answered(host.here, '')).includes('ready'));
  await context.close();
});

test('one page holds the design and all of Weft, and opens from a disk', async () => {
  const made = await open(chrome, site.address, { query: '?template=leaf-spine' });
  await made.page.evaluate(() => window.weft.dispatch({ intent: 'edit', subjects: ['design'], field: 'name', value: 'Pilot </script><b>' }));
  const drawn = await made.page.evaluate(() => window.weft.getDesign());
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-page-'));
  const save = async (page, name) => {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /One page/ }).click()]);
    await download.saveAs(path.join(folder, name));
    return path.join(folder, name);
  };
  const file = await save(made.page, 'first.html');
  assert.deepEqual(made.complaints, []);
  await made.context.close();

  const context = await chrome.newContext({ viewport: { width: 1280, height: 800 }, offline: true, acceptDownloads: true, reducedMotion: 'reduce' });
  page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => window.weft?.ready);
  await page.evaluate(() => window.weft.ready.then(() => true));
  assert.equal(await page.evaluate(() => window.weft.getDesign()), drawn);
  const report = await reportWhere(page, 'the design is checked', (report) => report.counts.links > 0);
  assert.ok(report.estimates.length > 5);
  // The engine is a worker here too, not the page.
  assert.equal(await page.locator('.foot', { hasText: 'Checking in the page' }).count(), 0);
  assert.deepEqual(await axe(page), []);
  // An example needs no server either.
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Open an example…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^(Open|Create)/ }).last().click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.waitForFunction((text) => window.weft.getDesign() !== text, drawn);
  await page.evaluate((text) => window.weft.load(text), drawn);
  // Edits are kept in this browser and are there after a reload; the file itself is as it was.
  await place(page, 'nvidia-qm9700', { x: 60, y: 60 });
  const edited = await page.evaluate(() => window.weft.getDesign());
  assert.notEqual(edited, drawn);
  await page.locator('[data-save-status="saved"]').waitFor();
  // Who reads the page of a part comes back to the edits as well.
  await page.locator('[data-part="nvidia-qm9700"]').first().focus();
  await page.keyboard.press('i');
  await page.getByRole('dialog', { name: /QM9700/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.reload();
  await page.waitForFunction((text) => window.weft?.getDesign?.() === text, edited);
  // It makes the next such page out of itself.
  const second = await save(page, 'second.html');
  const third = await context.newPage();
  await third.goto(pathToFileURL(second).href);
  await third.waitForFunction((text) => window.weft?.getDesign?.() === text, edited);
  const programs = [file, second].map((name) => /id="weft-program">([^<]*)</.exec(fs.readFileSync(name, 'utf8'))[1]);
  assert.equal(programs[0], programs[1]);
  assert.deepEqual(complaints, []);
  await context.close();
  fs.rmSync(folder, { recursive: true });
});

test('one page runs in a frame without an origin', async () => {
  const made = await open(chrome, site.address, { query: '?template=leaf-spine' });
  await made.page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([made.page.waitForEvent('download'), made.page.getByRole('menuitem', { name: /One page/ }).click()]);
  const text = fs.readFileSync(await download.path(), 'utf8');
  await made.context.close();
  const context = await chrome.newContext();
  page = await context.newPage();
  await page.goto(host.here + '/pilot.json');
  onePage = text;
  const told = await page.evaluate(() => new Promise((resolve, reject) => {
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts allow-downloads';
    frame.style.cssText = 'width: 900px; height: 600px';
    setTimeout(() => reject(new Error('the frame was silent')), 20000);
    addEventListener('message', (event) => {
      if (event.source !== frame.contentWindow) return;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        if (data.event === 'report') port1.postMessage({ id: 1, call: 'getReport' });
        if (data.id === 1) resolve({ origin: event.origin, report: data.value });
      };
      frame.contentWindow.postMessage({ weft: 1, type: 'init', version: 1, nonce: event.data.nonce }, '*', [port2]);
    });
    frame.src = '/one.html?embed';
    document.body.append(frame);
  }));
  assert.equal(told.origin, 'null');
  assert.ok(JSON.parse(told.report).counts.links > 0);
  const frame = page.frames().find((frame) => frame.parentFrame());
  assert.equal(await frame.locator('.foot', { hasText: 'Checking in the page' }).count(), 0);
  await context.close();
});

test('the element may be included as a module', async () => {
  const context = await chrome.newContext({ viewport: { width: 1100, height: 640 }, reducedMotion: 'reduce' });
  page = await context.newPage();
  await page.goto(`${host.here}/module.html`);
  await page.waitForFunction(() => document.querySelector('weft-designer').ready?.then(() => true));
  assert.equal(await element('(weft) => weft.getDesign()'), example);
  await context.close();
});

test('a drawing is taken along as a picture of pixels', async () => {
  const made = await open(chrome, site.address, { query: '?template=leaf-spine' });
  await made.page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([made.page.waitForEvent('download'), made.page.getByRole('menuitem', { name: /Drawing.*PNG/ }).click()]);
  assert.match(download.suggestedFilename(), /\.png$/);
  const picture = fs.readFileSync(await download.path());
  assert.equal(picture.subarray(1, 4).toString(), 'PNG');
  const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  assert.ok(Math.max(width, height) >= 1000 && Math.max(width, height) <= 4096, `of a size that its names can be read at: ${width} × ${height}`);
  // Not an empty sheet: thousands of pixels differ from the corner's.
  const different = await made.page.evaluate(async (text) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))]));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) count += data[at] !== data[0] || data[at + 3] !== data[3];
    return count;
  }, picture.toString('base64'));
  assert.ok(different > 5000, String(different));
  assert.deepEqual(made.complaints, []);
  await made.context.close();
});
