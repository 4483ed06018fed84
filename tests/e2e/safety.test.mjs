// Bad input never hurts: hostile labels, broken files, a dead worker, a reload in the middle of work, two tabs.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { browser, design, open, place, report, reportWhere, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const small = (name) => JSON.stringify({ format: 'weft-design', version: 1, min_reader: 1, name, nodes: [{ id: 'n1', part: 'generic-switch', name, at: [100, 100] }, { id: 'n2', part: 'generic-host', name, at: [100, 300] }], links: [{ id: 'l1', ends: ['n1/1', 'n2/1'], gbps: 100 }] });

async function drop(page, name, text) {
  await page.evaluate(([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    for (const kind of ['dragenter', 'dragover', 'drop']) document.querySelector('[data-canvas]').dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }, [name, text]);
}

test('labels with markup are text everywhere', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  page.on('dialog', () => assert.fail('a label opened a dialog'));
  for (const label of ['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', "javascript:alert(1)", '</title><svg onload=alert(1)>', '{{7*7}}', '\u202Egnp.exe\u0000\u0007']) {
    await page.evaluate((text) => window.weft.load(text), small(label));
    await reportWhere(page, 'the design is checked', (report) => report.counts.links === 1);
    await page.evaluate(() => window.weft.select(['n1']));
    await page.waitForTimeout(50);
    assert.equal(await page.evaluate(() => document.querySelectorAll('img[src="x"], script:not([src]), svg[onload]').length), 0);
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a file that cannot be read says so in a sentence and leaves the open design', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  await page.evaluate((text) => window.weft.load(text), small('keep me'));
  const kept = await page.evaluate(() => window.weft.getDesign());
  const deep = '['.repeat(5000) + ']'.repeat(5000);
  const bad = { 'truncated.json': small('x').slice(0, 90), 'future.json': '{"format":"weft-design","version":9,"min_reader":9}', 'deep.json': deep, 'other.json': '{"a":1}', 'nothing.json': '', 'nan.json': '{"format":"weft-design","version":1,"nodes":[{"id":"n1","at":[1e999,0]}]}', 'noise.topo': 'Switch\t36 "S-1"\n[x] "nonsense', 'binary.bin': '\u0000\u0001\u0002' };
  for (const [name, text] of Object.entries(bad)) {
    await drop(page, name, text);
    const message = page.locator('[data-toast]').last();
    await message.waitFor({ timeout: 5000 });
    const sentence = (await message.innerText()).trim();
    assert.ok(sentence.length > 15, `${name}: “${sentence}”`);
    assert.equal(await page.evaluate(() => window.weft.getDesign()), kept, name);
    await page.evaluate(() => document.querySelectorAll('[data-toast] button').forEach((button) => button.click()));
    await page.waitForTimeout(50);
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a file of 100 MB is refused before any work', async () => {
  const { page, context } = await open(chrome, site.address);
  await page.evaluate((text) => window.weft.load(text), small('keep me'));
  const kept = await page.evaluate(() => window.weft.getDesign());
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(100 * 1024 * 1024).fill(32)], 'huge.json'));
    for (const kind of ['dragenter', 'dragover', 'drop']) document.querySelector('[data-canvas]').dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  const message = page.locator('[data-toast]').last();
  await message.waitFor();
  assert.match(await message.innerText(), /64 MB/);
  assert.equal(await page.evaluate(() => window.weft.getDesign()), kept);
  await context.close();
});

test('work is there again after a reload, also when the last edit was a moment ago', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-qm9700', { x: 200, y: 120 });
  await place(page, 'dgx-h100', { x: 200, y: 360 });
  await page.locator('[data-save-status="saved"]').waitFor();
  const before = await page.evaluate(() => window.weft.getDesign());
  await page.reload();
  await page.waitForFunction(() => window.weft?.ready);
  await page.evaluate(() => window.weft.ready.then(() => true));
  await page.waitForFunction((text) => window.weft.getDesign() === text, before);
  await context.close();
});

test('a second tab does not overwrite the first', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-qm9700', { x: 200, y: 120 });
  await page.locator('[data-save-status="saved"]').waitFor();
  const second = await context.newPage();
  await second.goto(site.address);
  await second.waitForFunction(() => window.weft?.ready);
  await second.evaluate(() => window.weft.ready.then(() => true));
  await second.locator('[data-save-status="elsewhere"]').waitFor();
  await page.bringToFront();
  await place(page, 'dgx-h100', { x: 200, y: 360 });
  await page.locator('[data-save-status="saved"]').waitFor();
  const kept = await page.evaluate(() => window.weft.getDesign());
  await second.close();
  await page.reload();
  await page.waitForFunction(() => window.weft?.ready);
  await page.waitForFunction((text) => window.weft.getDesign() === text, kept);
  await context.close();
});

test('the page goes on without its worker', async () => {
  const context = await chrome.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(() => { window.Worker = class { constructor() { throw new Error('forbidden'); } }; });
  await page.goto(site.address);
  await page.waitForFunction(() => window.weft?.ready);
  await page.evaluate(() => window.weft.ready.then(() => true));
  await place(page, 'nvidia-qm9700', { x: 200, y: 120 });
  await reportWhere(page, 'the switch is counted', (report) => report.counts.switches === 1);
  await context.close();
});

test('nothing is asked of the network after load', async () => {
  const { page, context, requests } = await open(chrome, site.address);
  const loaded = requests.length;
  await place(page, 'nvidia-qm9700', { x: 200, y: 120 });
  await reportWhere(page, 'the switch is counted', (report) => report.counts.switches === 1);
  assert.deepEqual(requests.slice(loaded).filter((url) => !url.startsWith('blob:') && !url.startsWith(site.address)), []);
  assert.ok(requests.every((url) => url.startsWith(site.address) || url.startsWith('data:') || url.startsWith('blob:')));
  await context.close();
});
