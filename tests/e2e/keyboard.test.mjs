// The same fabric without a pointer: placed from the palette, named, found in the outline, connected by typing.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axe, browser, design, open, reportWhere, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const focused = (page) => page.evaluate(() => ({ id: document.activeElement?.id ?? '', label: document.activeElement?.getAttribute('aria-label') ?? '' }));

async function untilFocused(page, id) {
  await page.waitForFunction((id) => document.activeElement?.id === id, id, { timeout: 3000 });
}

/** Finds a part by typing, places it in the middle of the view, and gives it a name. */
async function placeByKeys(page, words, name) {
  const count = ((await design(page)).nodes ?? []).length;
  await page.keyboard.press('Escape'); // out of a field
  await page.keyboard.press('/');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Search parts');
  await page.keyboard.press('Control+a');
  await page.keyboard.type(words);
  await page.keyboard.press('Enter'); // to the first part found
  await page.waitForFunction(() => document.activeElement?.hasAttribute('data-part'));
  await page.keyboard.press('Enter'); // places it
  await page.waitForFunction((count) => (JSON.parse(window.weft.getDesign()).nodes ?? []).length === count + 1, count);
  await page.keyboard.press('F2');
  await untilFocused(page, 'rename-field');
  await page.keyboard.press('Control+a');
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await page.waitForFunction((name) => JSON.parse(window.weft.getDesign()).nodes.some((node) => node.name === name), name);
}

/** Finds a node in the outline, then joins its first free port to one of another node. */
async function connectByKeys(page, from, to) {
  const count = ((await design(page)).links ?? []).length;
  await page.keyboard.press('Escape'); // out of a field
  await page.keyboard.press('Control+f');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Find in the design');
  await page.keyboard.press('Control+a');
  await page.keyboard.type(from);
  await page.keyboard.press('Enter'); // selects the first thing found
  await page.keyboard.press('Escape'); // back to the drawing
  await untilFocused(page, 'canvas');
  await page.keyboard.press('Shift+c');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'The other port');
  await page.keyboard.type(to);
  await page.keyboard.press('Enter');
  await page.waitForFunction((count) => (JSON.parse(window.weft.getDesign()).links ?? []).length === count + 1, count);
}

test('a 2-leaf 2-spine fabric with 4 systems is drawn by keyboard only and is free of errors', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { width: 1400, height: 900 });
  for (const name of ['spine-1', 'spine-2', 'leaf-1', 'leaf-2']) await placeByKeys(page, 'QM9700', name);
  for (const name of ['server-1', 'server-2', 'server-3', 'server-4']) await placeByKeys(page, 'DGX H100', name);

  for (const server of ['server-1', 'server-2', 'server-3', 'server-4']) {
    for (const leaf of ['leaf-1', 'leaf-2']) await connectByKeys(page, server, leaf);
  }
  for (const leaf of ['leaf-1', 'leaf-2']) {
    for (const spine of ['spine-1', 'spine-2']) {
      await connectByKeys(page, leaf, spine);
      await connectByKeys(page, leaf, spine);
    }
  }

  const drawn = await design(page);
  assert.equal(drawn.nodes.length, 8);
  assert.equal(drawn.links.length, 16);
  const found = await reportWhere(page, 'all links are counted', (report) => report.counts.links === 16);
  assert.deepEqual(found.diagnostics.filter((d) => d.severity === 'error'), [], 'no error is left');

  // Taking the last step back and doing it again works from the keyboard as well.
  await page.keyboard.press('Control+z');
  assert.equal((await design(page)).links.length, 15);
  await page.keyboard.press('Control+Shift+z');
  assert.equal((await design(page)).links.length, 16);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the outline is a tree that can be walked, opened and acted on', async () => {
  const { page, context } = await open(chrome, site.address, { query: '?template=fat-tree&k=4' });
  await page.getByRole('tab', { name: 'Outline' }).click();
  const tree = page.getByRole('tree', { name: 'Outline of the design' });
  await tree.waitFor();
  const lines = tree.getByRole('treeitem');
  const closed = await lines.count();
  await tree.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((closed) => document.querySelectorAll('[role=treeitem]').length > closed, closed);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const selected = await tree.locator('[aria-selected=true]').first().innerText();
  assert.ok(selected.trim().length > 0, 'the line walked to is selected');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((closed) => document.querySelectorAll('[role=treeitem]').length === closed, closed);
  await context.close();
});

test('every command can be found by typing, and the sheet lists the keys', async () => {
  const { page, context } = await open(chrome, site.address, { query: '?template=leaf-spine' });
  await page.keyboard.press('Control+k');
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
  await page.keyboard.type('zoom to everything');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await page.keyboard.press('?');
  const sheet = page.locator('dialog[open]');
  await sheet.waitFor();
  assert.match(await sheet.innerText(), /Undo[\s\S]*Ctrl/);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await context.close();
});

test('what is typed right after Ctrl+F is searched for and is no shortcut, also from the other tab', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { query: '?template=leaf-spine' });
  for (const keys of ['Control+f', '/']) {
    for (const round of [1, 2]) {
      await page.getByRole('tab', { name: keys === '/' ? 'Outline' : 'Parts' }).click();
      await page.locator('#canvas').focus();
      await page.keyboard.press(keys);
      await page.keyboard.type('leaf');
      assert.equal(await page.evaluate(() => document.activeElement?.value), 'leaf', `${keys}, round ${round}: every key arrives, and what was typed before gives way`);
    }
  }
  assert.equal(await page.getByRole('button', { name: 'Floor plan' }).filter({ has: page.locator('xpath=self::*[@aria-pressed="true"]') }).count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a press on the drawing takes the keyboard out of a search field', async () => {
  const { page, context } = await open(chrome, site.address, { query: '?template=leaf-spine' });
  const canvas = await page.locator('#canvas').boundingBox();
  for (const keys of ['Control+f', '/']) {
    await page.keyboard.press(keys);
    await page.keyboard.type('leaf');
    await page.mouse.click(canvas.x + 30, canvas.y + canvas.height - 30);
    assert.deepEqual(await focused(page).then((it) => it.id), 'canvas', keys);
  }
  await context.close();
});

test('a new design is no loss: undo brings the earlier one back, and it is kept', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  await placeByKeys(page, 'QM9700', 'mine');
  await page.getByRole('button', { name: 'New design' }).click();
  await page.getByText('Undo brings the earlier design back').first().waitFor();
  assert.equal(((await design(page)).nodes ?? []).length, 0);
  await page.keyboard.press('Control+z');
  assert.equal((await design(page)).nodes[0].name, 'mine');
  // The next frame says that it is being saved.
  await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
  await page.waitForFunction(() => document.querySelector('[data-save-status]')?.dataset.saveStatus === 'saved');
  await page.reload();
  await page.waitForFunction(() => window.weft?.ready && JSON.parse(window.weft.getDesign()).nodes?.length === 1, null, { timeout: 10000 });
  assert.equal((await design(page)).nodes[0].name, 'mine');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('Shift takes a range of the outline, and all that is found can be taken', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { query: '?template=fat-tree&k=4' });
  const selected = () => page.locator('[role=treeitem][aria-selected=true]').count();
  const text = () => page.evaluate(() => getSelection().toString());
  await page.waitForFunction(() => window.weft.getReport() !== null);
  await page.keyboard.press('Control+f');
  await page.keyboard.type('edge');
  const lines = page.getByRole('treeitem');
  await page.getByRole('button', { name: 'Select all found' }).waitFor();
  const found = await lines.count();
  assert.ok(found >= 8, `${found} found`);
  await lines.nth(1).click();
  await lines.nth(4).click({ modifiers: ['Shift'] });
  assert.equal(await selected(), 4);
  assert.equal(await text(), '', 'no text of the page is selected');
  await lines.nth(0).click({ modifiers: ['Shift'] });
  assert.equal(await selected(), 2, 'the range turns around where it began');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  assert.equal(await selected(), 3);
  await page.keyboard.press('Shift+ArrowUp');
  assert.equal(await selected(), 2);
  assert.equal(await text(), '');
  await lines.nth(5).click({ modifiers: ['Control'] });
  assert.equal(await selected(), 3);
  await page.keyboard.press('Control+a');
  assert.equal(await selected(), found, 'what is found, not all of the design');
  await lines.nth(0).click();
  await page.getByRole('button', { name: 'Select all found' }).click();
  assert.equal(await selected(), found);
  assert.equal(await page.locator('.inspector-head h2').count() + await page.locator('.foot').getByText(`${found} selected`).count() > 0, true);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('several kinds of things are told apart in the inspector, and what is alike is taken by a key and the menu', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { query: '?template=leaf-spine', width: 1440, height: 900 });
  const drawn = await design(page);
  await page.locator('#canvas').focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('tab', { name: 'Inspector' }).click();
  const kinds = page.getByRole('group', { name: 'Narrow the selection to' });
  await kinds.waitFor();
  const links = kinds.getByRole('button', { name: / links$/ });
  assert.equal(Number((await links.innerText()).replace(/\D/g, '')), drawn.links.length);
  await kinds.getByRole('button', { name: / switches$/ }).click();
  assert.equal(await kinds.count(), 0, 'one kind is left');
  const switches = Number((await page.locator('.inspector-head h2').innerText()).replace(/\D/g, ''));
  await page.locator('#canvas').focus();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('leaf-1');
  await page.getByRole('option', { selected: true }).getByText('leaf-1', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.inspector-head h2').innerText(), 'leaf-1', 'the palette finds things by name');
  await page.keyboard.press('Shift+A');
  const leaves = Number((await page.locator('.inspector-head h2').innerText()).replace(/\D/g, ''));
  assert.ok(leaves > 1 && leaves < switches, `${leaves} leaves of ${switches} switches`);
  const count = drawn.nodes.length;
  await page.keyboard.press('Control+k');
  await page.keyboard.type('SN5600');
  await page.getByRole('option').filter({ hasText: 'Add switch' }).first().click();
  await page.waitForFunction((count) => JSON.parse(window.weft.getDesign()).nodes.length === count + 1, count);
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(complaints, []);
  await context.close();
});
