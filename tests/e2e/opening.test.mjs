// Large designs are read in the worker: the page stays free, the open design stays until the new one is whole, and a reading can be stopped.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { fatTreeDump } from '../../benches/page/dump.mjs';
import { browser, design, open, reportWhere, serve } from './support.mjs';

let chrome, site, folder, large;
const links = 24576;
before(async () => {
  site = await serve();
  chrome = await browser();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'weft-'));
  const { page, context } = await open(chrome, site.address, { query: '?template=fat-tree&k=32' });
  large = await page.evaluate(() => window.weft.getDesign());
  await context.close();
});
after(async () => { await chrome.close(); site.close(); fs.rmSync(folder, { recursive: true }); });

const small = JSON.stringify({ format: 'weft-design', version: 1, min_reader: 1, name: 'keep me', nodes: [{ id: 'n1', part: 'generic-switch', name: 's', at: [100, 100] }] });
const written = (name, text) => { const file = path.join(folder, name); fs.writeFileSync(file, text); return file; };
const counted = (page) => page.waitForFunction(() => document.querySelector('#counts')?.textContent.includes('24,576 links'), null, { timeout: 30000 });

test('a large file is read in the worker and is the same design', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  await page.evaluate((text) => window.weft.load(text), small);
  await page.setInputFiles('#file-chooser', written('large.json', large));
  await counted(page);
  assert.equal(await page.evaluate(() => window.weft.getDesign()), large);
  assert.equal(await page.evaluate(() => performance.getEntriesByName('weft:read').length), 1, 'the worker read it');
  await reportWhere(page, 'the fabric is evaluated', (report) => report.counts.links === links);
  await page.locator('[data-save-status="saved"]').waitFor({ timeout: 20000 });
  // An edit of what the worker read is evaluated there, and kept.
  await page.evaluate(() => { window.weft.select(['l1']); window.weft.dispatch('delete'); });
  await reportWhere(page, 'the edit is evaluated', (report) => report.counts.links === links - 1);
  await page.locator('[data-save-status="saved"]').waitFor({ timeout: 20000 });
  const edited = await page.evaluate(() => window.weft.getDesign());
  await page.goto(site.address);
  await page.waitForFunction(() => document.querySelector('#counts')?.textContent.includes('24,575 links'), null, { timeout: 30000 });
  assert.equal(await page.evaluate(() => window.weft.getDesign()), edited, 'a reload brings it back');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a reading that is cancelled leaves the open design, and the engine goes on', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  await page.evaluate((text) => window.weft.load(text), small);
  await reportWhere(page, 'the small design is evaluated', (report) => report.counts.nodes === 1);
  const kept = await page.evaluate(() => window.weft.getDesign());
  await page.evaluate(() => {
    // As soon as it can be stopped, it is.
    new MutationObserver((_, watch) => {
      const button = document.querySelector('[data-busy] button');
      if (button) { watch.disconnect(); window.words = document.querySelector('[data-busy]').innerText; button.click(); }
    }).observe(document.body, { childList: true, subtree: true });
  });
  await page.setInputFiles('#file-chooser', written('large.json', large));
  await page.waitForFunction(() => window.words);
  assert.match(await page.evaluate(() => window.words), /Reading large\.json/);
  await page.locator('[data-toast]').filter({ hasText: 'Stopped' }).waitFor();
  await page.waitForTimeout(800);
  assert.equal(await page.locator('[data-busy]').count(), 0);
  assert.equal(await page.evaluate(() => window.weft.getDesign()), kept);
  await page.evaluate(() => window.weft.dispatch({ intent: 'place', part: 'generic-switch', at: [400, 100] }));
  await reportWhere(page, 'the new worker evaluates', (report) => report.counts.nodes === 2);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('opening another file stops the one that is being read', async () => {
  const { page, context } = await open(chrome, site.address);
  const first = page.evaluate((text) => window.weft.load(text), large);
  await page.setInputFiles('#file-chooser', written('small.json', small));
  await first;
  await page.waitForTimeout(800);
  assert.equal((await design(page)).name, 'keep me');
  await context.close();
});

test('a large broken file says so in a sentence and leaves the open design', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  await page.evaluate((text) => window.weft.load(text), small);
  const kept = await page.evaluate(() => window.weft.getDesign());
  const dump = fatTreeDump(16);
  const broken = {
    'cut.json': [large.slice(0, 2_000_000), /cut\.json cannot be opened: line \d+, column \d+: the text ends in the middle/],
    'wrong.json': [large.replace('"ends": [', '"ends": [7, ').replace('"ends":[', '"ends":[7,'), /wrong\.json cannot be opened: line \d+/],
    'cut.ibnetdiscover': [dump.slice(0, 500_000).replaceAll('Switch\t', 'Swatch\t').replaceAll('Ca\t', 'Co\t'), /cut\.ibnetdiscover/],
  };
  for (const [name, [text, sentence]] of Object.entries(broken)) {
    await page.setInputFiles('#file-chooser', written(name, text));
    const message = page.locator('[data-toast]').filter({ hasText: name });
    await message.waitFor({ timeout: 15000 });
    assert.match((await message.innerText()).trim(), sentence);
    assert.equal(await page.evaluate(() => window.weft.getDesign()), kept, name);
    assert.equal(await page.locator('[data-busy]').count(), 0);
  }
  await assert.rejects(page.evaluate((text) => window.weft.load(text), large.slice(0, 2_000_000)), /ends in the middle/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a large dump is imported and laid out in the worker', async () => {
  const { page, context } = await open(chrome, site.address);
  await page.setInputFiles('#file-chooser', written('cluster.ibnetdiscover', fatTreeDump(16)));
  await page.waitForFunction(() => document.querySelector('#counts')?.textContent.includes('3,072 links'), null, { timeout: 30000 });
  const drawn = await design(page);
  assert.equal(drawn.name, 'cluster', 'the design is called like its file');
  assert.ok(new Set(drawn.nodes.map((node) => JSON.stringify(node.at))).size > 1000, 'the nodes were laid out');
  assert.equal(await page.evaluate(() => performance.getEntriesByName('weft:read').length), 1, 'the worker read it');
  await context.close();
});

for (const [what, worker] of [
  ['is forbidden', () => { window.Worker = class { constructor() { throw new Error('forbidden'); } }; }],
  ['dies while it reads', () => {
    const Real = window.Worker;
    window.Worker = class extends Real {
      postMessage(message) {
        if (message[0] === 'read') { setTimeout(() => this.dispatchEvent(new Event('error'))); return; }
        super.postMessage(message);
      }
    };
  }],
]) {
  test(`a large file opens when the worker ${what}, and the page says that it reads it itself`, async () => {
    const context = await chrome.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.addInitScript(worker);
    await page.goto(site.address);
    await page.waitForFunction(() => window.weft?.ready);
    await page.evaluate(() => window.weft.ready.then(() => true));
    await page.setInputFiles('#file-chooser', written('large.json', large));
    await page.locator('[data-toast]').filter({ hasText: 'the page reads it itself' }).waitFor();
    await counted(page);
    assert.equal(await page.evaluate(() => window.weft.getDesign()), large);
    await reportWhere(page, 'the page evaluates', (report) => report.counts.links === links);
    await context.close();
  });
}
