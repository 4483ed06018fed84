// Editing by hand beyond drawing: what is refused is said where one looks, copies go where one points, fixes are seen before they are done.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { browser, design, drag, open, place, reportWhere, serve, whereIs } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const bytes = (page) => page.evaluate(() => window.weft.getDesign());
const freePort = async (page, node) => (await page.evaluate((node) => window.weft.freePorts(node), node))[0];

test('why a port is refused stands beside the pointer, hides nothing, and is read aloud', async () => {
  for (const [width, height] of [[1280, 800], [800, 600]]) {
    const { page, context } = await open(chrome, site.address, { width, height });
    await page.evaluate(() => window.weft.load({ format: 'weft-design', version: 1, min_reader: 1, nodes: [{ id: 'n1', part: 'nvidia-qm9700', name: 'leaf', at: [0, 0] }, { id: 'n2', part: 'nvidia-sn5600', name: 'spine', at: [0, 300] }] }));
    await page.waitForTimeout(100);
    const [from, to] = [await whereIs(page, await freePort(page, 'n1')), await whereIs(page, await freePort(page, 'n2'))];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 8 });
    const hint = page.locator('[data-pointer-hint]');
    await hint.waitFor();
    assert.match(await hint.innerText(), /InfiniBand.*Ethernet|Ethernet.*InfiniBand/s);
    const box = await hint.boundingBox();
    const covers = to.x >= box.x && to.x <= box.x + box.width && to.y >= box.y && to.y <= box.y + box.height;
    const away = Math.hypot(Math.max(box.x - to.x, 0, to.x - box.x - box.width), Math.max(box.y - to.y, 0, to.y - box.y - box.height));
    assert.ok(!covers && away < 60, `${away} px away: ${JSON.stringify([to, box])}`);
    const told = await page.locator('main [role="status"]').allInnerTexts();
    assert.ok(told.some((text) => /InfiniBand/.test(text)), 'and it is told to a screen reader');
    await page.keyboard.press('Escape');
    await page.mouse.up();
    assert.equal(await hint.count(), 0);
    await context.close();
  }
});

test('Alt and a drag leave the original and move a copy', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-qm9700', { x: 200, y: 160 });
  const [node] = (await design(page)).nodes;
  const grip = await whereIs(page, node.id);
  const start = await bytes(page);
  await page.keyboard.down('Alt');
  await drag(page, { x: grip.x - 60, y: grip.y - 12 }, { x: grip.x - 60, y: grip.y + 188 });
  await page.keyboard.up('Alt');
  const now = (await design(page)).nodes;
  assert.deepEqual(now.map((node) => node.name), ['switch-1', 'switch-2']);
  assert.deepEqual(now[0].at, node.at);
  await page.keyboard.press('Control+z');
  assert.equal(await bytes(page), start, 'one step');
  await context.close();
});

test('a paste goes under the pointer, and from the menu to where the menu was opened', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-qm9700', { x: 200, y: 160 });
  await page.keyboard.press('Control+c');
  await page.waitForTimeout(100);
  const canvas = await page.locator('[data-canvas]').boundingBox();
  await page.mouse.move(canvas.x + 420, canvas.y + 420);
  await page.keyboard.press('Control+v');
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).nodes.length === 2);
  const pasted = await whereIs(page, 'n2');
  assert.ok(Math.hypot(pasted.x - canvas.x - 420, pasted.y - canvas.y - 420) < 12, JSON.stringify(pasted));
  await page.mouse.click(canvas.x + 200, canvas.y + 520, { button: 'right' });
  await page.getByRole('menuitem', { name: /^Paste/ }).click();
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).nodes.length === 3);
  const third = await whereIs(page, 'n3');
  assert.ok(Math.hypot(third.x - canvas.x - 200, third.y - canvas.y - 520) < 12, JSON.stringify(third));
  await context.close();
});

test('an array of copies is set in a dialog, seen before it is made, and one step', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'generic-rack-48u', { x: 240, y: 360 });
  await place(page, 'nvidia-qm9700', { x: 240, y: 500 });
  const start = await bytes(page);
  assert.equal((await design(page)).nodes[0].rack, 'r1', 'it stands in the rack');
  await page.keyboard.press('Control+Shift+D');
  const dialog = page.getByRole('dialog', { name: 'Make copies' });
  await dialog.waitFor();
  await dialog.getByLabel('Copies').fill('4');
  await dialog.getByText('Adds 4 nodes').waitFor();
  assert.equal(await bytes(page), start, 'nothing is made yet');
  await dialog.getByLabel('Copies').fill('many');
  assert.ok(await dialog.getByRole('button', { name: 'Make copies' }).isDisabled());
  await dialog.getByLabel('Copies').fill('4');
  await dialog.getByLabel('Copies').press('Enter');
  const made = (await design(page)).nodes;
  assert.deepEqual(made.map((node) => node.name), ['switch-1', 'switch-2', 'switch-3', 'switch-4', 'switch-5']);
  assert.deepEqual(made.map((node) => node.u - made[0].u), [0, 1, 2, 3, 4]);
  await page.keyboard.press('Control+z');
  assert.equal(await bytes(page), start);
  await context.close();
});

test('a fix is seen before it is done, from the panel and from the card on the drawing', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  await page.evaluate(() => window.weft.load({ format: 'weft-design', version: 1, min_reader: 1,
    nodes: [{ id: 'n1', part: 'nvidia-qm9700', name: 'leaf', at: [0, 0] }, { id: 'n2', part: 'nvidia-sn5600', name: 'spine', at: [0, 300] }],
    links: [{ id: 'l1', ends: ['n1/1/1', 'n2/1/1'] }] }));
  await reportWhere(page, 'a link joins two layers', (report) => report.diagnostics.some((found) => found.fixes?.length));
  const start = await bytes(page);
  const pixels = () => page.locator('[data-canvas]').screenshot().then((bytes) => bytes.toString('base64'));
  const hint = page.locator('[data-gesture-hint]');

  const fix = page.locator('.right [data-fix]').first();
  const plain = await pixels();
  await fix.hover();
  await hint.waitFor();
  assert.match(await hint.innerText(), /^(Adds|Removes|Changes) /);
  assert.notEqual(await pixels(), plain, 'the drawing shows it');
  await page.keyboard.press('Escape');
  await hint.waitFor({ state: 'detached' });
  await fix.focus();
  await hint.waitFor();
  await fix.blur();
  await hint.waitFor({ state: 'detached' });
  assert.equal(await bytes(page), start, 'looking changes nothing');

  await page.locator('.right .finding-head').first().click();
  const card = page.locator('[data-finding-card]');
  await card.waitFor();
  await card.locator('[data-fix]').first().hover();
  await hint.waitFor();
  await card.locator('[data-fix]').first().click();
  assert.notEqual(await bytes(page), start);
  await page.keyboard.press('Control+z');
  assert.equal(await bytes(page), start, 'one step');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('moves by arrow keys in a row go back in one step', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-qm9700', { x: 200, y: 160 });
  const start = await bytes(page);
  for (let press = 0; press < 6; press++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  assert.notEqual(await bytes(page), start);
  await page.keyboard.press('Control+z');
  assert.equal(await bytes(page), start);
  await context.close();
});

test('a double click on a cable takes all between the same two nodes, and a box of cables only those that run through it', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  await page.evaluate(() => window.weft.load({ format: 'weft-design', version: 1, min_reader: 1,
    nodes: [{ id: 'n1', part: 'nvidia-qm9700', name: 'a', at: [0, 0] }, { id: 'n2', part: 'nvidia-qm9700', name: 'b', at: [0, 420] }],
    links: [1, 2, 3, 4].map((cage) => ({ id: `l${cage}`, ends: [`n1/${cage}/1`, `n2/${cage}/1`] })) }));
  await page.locator('#canvas').focus();
  await page.keyboard.press('Shift+1');
  const on = await whereIs(page, 'l2');
  await page.mouse.click(on.x, on.y);
  await page.getByText('1 selected').waitFor();
  await page.mouse.dblclick(on.x, on.y);
  const title = page.locator('.inspector-head h2');
  await title.waitFor();
  assert.equal(await title.innerText(), '4 links', 'and the inspector shows them');
  await page.keyboard.press('Escape');
  await drag(page, { x: on.x - 150, y: on.y - 15 }, { x: on.x + 250, y: on.y + 20 });
  assert.equal(await title.innerText(), '4 links');
  await drag(page, { x: on.x + 150, y: on.y - 15 }, { x: on.x + 250, y: on.y + 20 });
  assert.notEqual(await title.innerText(), '4 links', 'none runs there');
  assert.deepEqual(complaints, []);
  await context.close();
});
