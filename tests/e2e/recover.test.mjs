// What may happen to anybody's work: a crash, a full storage, a second tab. Nothing is lost, and the page says how things stand.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { browser, design, open, place, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const saved = (page) => page.locator('[data-save-status="saved"]').waitFor();
const kept = (page) => page.evaluate(() => window.weft.getDesign());
const shows = (page, text) => page.waitForFunction((text) => window.weft.getDesign() === text, text);

test('after a crash the work can be downloaded, and a reload brings it back', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-qm9700', { x: 200, y: 120 });
  await saved(page);
  const before = await kept(page);

  // A canvas that throws leaves the program in the middle of a frame: the next frame finds what it holds still taken, and it panics.
  await page.evaluate(() => {
    const proto = CanvasRenderingContext2D.prototype;
    const own = proto.beginPath;
    proto.beginPath = function () { proto.beginPath = own; throw new Error('the canvas is gone'); };
  });
  await page.mouse.wheel(0, -200);
  for (let turn = 0; turn < 20 && !(await page.locator('dialog.crash').count()); turn++) {
    await page.mouse.move(500 + turn * 10, 400);
    await page.waitForTimeout(50);
  }
  const dialog = page.locator('dialog.crash');
  await dialog.waitFor();
  assert.match(await dialog.innerText(), /Weft has stopped/);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Reload', 'the way on has the focus');
  await page.keyboard.press('Escape');
  assert.ok(await dialog.isVisible(), 'Escape does not lead back into a broken page');

  const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Download raw data' }).click()]);
  const raw = JSON.parse(fs.readFileSync(await download.path(), 'utf8'));
  assert.ok(JSON.stringify(raw).includes('nvidia-qm9700'), 'the raw data holds the design');

  await dialog.getByRole('button', { name: 'Reload' }).click();
  await page.waitForFunction(() => window.weft?.ready);
  await shows(page, before);
  await place(page, 'dgx-h100', { x: 200, y: 380 });
  assert.equal((await design(page)).nodes.length, 2, 'and work goes on');
  await context.close();
});

test('a design that keeps the page from starting is not opened a third time, and its data can be taken out', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-qm9700', { x: 200, y: 120 });
  await saved(page);
  const before = await kept(page);
  await page.evaluate(() => localStorage.setItem('weft:failed-starts', '2'));
  await page.reload();
  const rescue = page.getByRole('dialog', { name: 'Weft did not start twice' });
  await rescue.waitFor();
  assert.equal((await design(page)).nodes, undefined, 'nothing was opened');
  const [download] = await Promise.all([page.waitForEvent('download'), rescue.getByRole('button', { name: 'Download the raw data' }).click()]);
  assert.ok(fs.readFileSync(await download.path(), 'utf8').includes('nvidia-qm9700'));
  await rescue.getByRole('button', { name: 'Try to open it again' }).click();
  await shows(page, before);
  await context.close();
});

for (const [how, stub] of [
  ['a write is refused', () => { IDBObjectStore.prototype.put = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); }; }],
  ['a transaction is given up', () => {
    const own = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...all) { const request = own.apply(this, all); this.transaction.abort(); return request; };
  }],
  ['the storage does not open', () => { IDBFactory.prototype.open = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); }; }],
]) {
  test(`when ${how}, the page says that nothing is saved and offers a file`, async () => {
    const context = await chrome.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
    await context.addInitScript(stub);
    const page = await context.newPage();
    await page.goto(site.address);
    await page.waitForFunction(() => window.weft?.ready);
    await page.evaluate(() => window.weft.ready.then(() => true));
    await place(page, 'nvidia-qm9700', { x: 200, y: 120 });
    const status = page.locator('[data-save-status="failed"]');
    await status.waitFor();
    assert.match(await status.innerText(), /Not saved/);
    assert.equal(await page.locator('[data-save-status="saved"]').count(), 0, 'it never claims otherwise');
    const [download] = await Promise.all([page.waitForEvent('download'), status.getByRole('button', { name: 'Save a file' }).click()]);
    assert.equal(fs.readFileSync(await download.path(), 'utf8'), await kept(page), 'the file is the design');
    await place(page, 'dgx-h100', { x: 200, y: 380 });
    assert.equal((await design(page)).nodes.length, 2, 'drawing goes on');
    await status.waitFor();
    await context.close();
  });
}

test('saving goes on by itself once there is room again', async () => {
  const { page, context } = await open(chrome, site.address);
  await page.evaluate(() => {
    window.ownPut = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => { throw new DOMException('The quota has been exceeded.', 'QuotaExceededError'); };
  });
  await place(page, 'nvidia-qm9700', { x: 200, y: 120 });
  await page.locator('[data-save-status="failed"]').waitFor();
  await page.evaluate(() => { IDBObjectStore.prototype.put = window.ownPut; });
  await place(page, 'dgx-h100', { x: 200, y: 380 });
  await saved(page);
  const before = await kept(page);
  await page.reload();
  await page.waitForFunction(() => window.weft?.ready);
  await shows(page, before);
  await context.close();
});

test('of two tabs with one design one may edit it, and the other may take over', async () => {
  const { page: first, context } = await open(chrome, site.address);
  await place(first, 'nvidia-qm9700', { x: 200, y: 120 });
  await saved(first);
  const second = await context.newPage();
  await second.goto(site.address);
  await second.waitForFunction(() => window.weft?.ready);
  const elsewhere = second.locator('[data-save-status="elsewhere"]');
  await elsewhere.waitFor();

  await first.bringToFront();
  await place(first, 'dgx-h100', { x: 200, y: 380 });
  await saved(first);
  const drawn = await kept(first);

  await second.bringToFront();
  await elsewhere.getByRole('button', { name: 'Take over' }).click();
  await saved(second);
  assert.equal(await kept(second), drawn, 'the second tab has what the first drew meanwhile');
  await first.locator('[data-save-status="elsewhere"]').waitFor();
  assert.equal(await kept(first), drawn, 'the first still shows it');

  // What the second keeps can only be looked at in the first, whichever way somebody tries.
  await first.bringToFront();
  await place(first, 'nvidia-sn5600', { x: 500, y: 120 });
  const refused = first.locator('[data-toast]', { hasText: 'This design is open in another tab. Take over to edit it here' });
  await refused.waitFor();
  await first.evaluate(() => { window.weft.select(['n1']); window.weft.dispatch('delete'); window.weft.undo(); });
  assert.equal(await kept(first), drawn, 'nothing was changed in the tab that may not');
  await place(second, 'nvidia-sn5600', { x: 500, y: 120 });
  await saved(second);
  const theirs = await kept(second);
  assert.notEqual(theirs, drawn, 'the second draws on');

  await first.bringToFront();
  await first.evaluate(() => window.weft.undo());
  await refused.getByRole('button', { name: 'Take over' }).click();
  await saved(first);
  await shows(first, theirs);
  await place(first, 'nvidia-qm9700', { x: 500, y: 400 });
  await saved(first);
  const ours = await kept(first);
  assert.notEqual(ours, theirs, 'the first draws again');
  await second.locator('[data-save-status="elsewhere"]').waitFor();
  await second.evaluate(() => { window.weft.select(['n1']); window.weft.dispatch('delete'); });
  assert.equal(await kept(second), theirs, 'and now the second may not');
  await second.reload();
  await second.waitForFunction(() => window.weft?.ready);
  await second.evaluate(() => window.weft.ready.then(() => true));
  assert.equal(await kept(second), ours, 'the design that was saved last is the one that opens');
  const all = await second.evaluate(() => new Promise((resolve) => {
    const opening = indexedDB.open('weft');
    opening.onsuccess = () => {
      const names = opening.result.transaction('snapshots').objectStore('snapshots').getAllKeys();
      names.onsuccess = () => { opening.result.close(); resolve(new Set(names.result.map((key) => key.slice(0, 18))).size); };
    };
  }));
  assert.equal(all, 1, 'it is one design all the time');
  await context.close();
});
