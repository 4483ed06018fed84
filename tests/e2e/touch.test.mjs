// By fingers: two of them move and zoom the view and never the drawing, one pans, places and connects.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { browser, design, middle, open, place, serve, whereIs } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

/** Fingers on the glass: each call says where all of them are; none is a lift. */
async function hand(page) {
  const session = await page.context().newCDPSession(page);
  const send = (type, points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  return {
    down: (...points) => send('touchStart', points),
    move: async (...points) => { await send('touchMove', points); await page.waitForTimeout(20); },
    up: () => send('touchEnd', []),
  };
}
const frame = (page) => page.waitForTimeout(80);
const zoom = (page) => page.locator('.foot button', { hasText: '%' }).innerText().then((text) => Number.parseFloat(text));

async function touched() {
  const opened = await open(chrome, site.address, { touch: true });
  await place(opened.page, 'nvidia-qm9700', { x: 200, y: 160 });
  const node = (await design(opened.page)).nodes[0].id;
  return { ...opened, node, start: await opened.page.evaluate(() => window.weft.getDesign()), fingers: await hand(opened.page) };
}

test('two fingers zoom at their middle', async () => {
  const { page, context, node, start, fingers } = await touched();
  const at = await whereIs(page, node);
  const before = await zoom(page);
  await fingers.down([at.x - 40, at.y], [at.x + 40, at.y]);
  for (let wide = 50; wide <= 80; wide += 10) await fingers.move([at.x - wide, at.y], [at.x + wide, at.y]);
  await fingers.up();
  await frame(page);
  const now = await whereIs(page, node);
  assert.ok(Math.abs((await zoom(page)) / before - 2) < 0.1, `${before} % became ${await zoom(page)} %`);
  assert.ok(Math.hypot(now.x - at.x, now.y - at.y) < 6, 'what was between the fingers stays there');
  assert.equal(await page.evaluate(() => window.weft.getDesign()), start, 'and nothing was moved');
  await context.close();
});

test('two fingers pan, also when they begin on a part', async () => {
  const { page, context, node, start, fingers } = await touched();
  const at = await whereIs(page, node);
  await fingers.down([at.x - 30, at.y]);
  await fingers.down([at.x - 30, at.y], [at.x + 30, at.y]);
  for (const by of [20, 40, 60]) await fingers.move([at.x - 30 + by, at.y + by], [at.x + 30 + by, at.y + by]);
  await fingers.up();
  await frame(page);
  const now = await whereIs(page, node);
  assert.ok(Math.abs(now.x - at.x - 60) < 6 && Math.abs(now.y - at.y - 60) < 6, JSON.stringify([at, now]));
  assert.equal(await page.evaluate(() => window.weft.getDesign()), start);
  await context.close();
});

test('a part is dragged from the palette by a finger', async () => {
  const { page, context, fingers } = await touched();
  const entry = page.locator('[data-part="dgx-h100"]').first();
  await entry.scrollIntoViewIfNeeded();
  const from = await middle(entry);
  const canvas = await page.locator('[data-canvas]').boundingBox();
  const to = { x: canvas.x + 240, y: canvas.y + 420 };
  await fingers.down([from.x, from.y]);
  // Sideways: up and down scrolls the list.
  for (let step = 1; step <= 10; step++) await fingers.move([from.x + ((to.x - from.x) * step) / 10, from.y + ((to.y - from.y) * Math.max(0, step - 3)) / 7]);
  await fingers.up();
  await frame(page);
  assert.deepEqual((await design(page)).nodes.map((node) => node.part), ['nvidia-qm9700', 'dgx-h100']);
  await context.close();
});

test('a finger that rests opens the menu of what it rests on', async () => {
  const { page, context, node, fingers } = await touched();
  const at = await whereIs(page, node);
  await fingers.down([at.x - 60, at.y - 12]);
  await page.waitForTimeout(900);
  await fingers.up();
  const menu = page.locator('.floating [role="menu"]');
  await menu.waitFor();
  assert.match(await page.locator('.foot').innerText(), /1 selected/, 'and selects it');
  assert.ok((await menu.getByRole('menuitem').count()) > 2);
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  await context.close();
});

test('a finger connects, and what it may not connect is said above it', async () => {
  const { page, context, fingers } = await touched();
  await place(page, 'nvidia-sn5600', { x: 200, y: 420 });
  const [one, two] = (await design(page)).nodes.map((node) => node.id);
  const port = async (node) => whereIs(page, (await page.evaluate((node) => window.weft.freePorts(node), node))[0]);
  const [from, to] = [await port(one), await port(two)];
  await fingers.down([from.x, from.y]);
  for (let step = 1; step <= 8; step++) await fingers.move([from.x + ((to.x - from.x) * step) / 8, from.y + ((to.y - from.y) * step) / 8]);
  const hint = page.locator('[data-pointer-hint]');
  await hint.waitFor();
  const box = await hint.boundingBox();
  assert.ok(box.y + box.height < to.y - 20, `above the finger: ${JSON.stringify(box)} of ${to.y}`);
  await fingers.up();
  assert.equal((await design(page)).links, undefined, 'nothing was laid');
  await context.close();
});
