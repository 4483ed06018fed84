// The main job by pointer alone: a valid 2-leaf 2-spine fabric with 4 systems, drawn, connected, undone, saved and reopened.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { browser, connect, design, drag, open, place, report, reportWhere, serve, whereIs } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const named = (drawn, name) => drawn.nodes.find((node) => node.name === name);

/** Free ports of a node, as paths, from the page's own knowledge. */
const freePorts = (page, node, count) => page.evaluate(([node, count]) => window.weft.freePorts(node).slice(0, count), [node, count]);

test('a 2-leaf 2-spine fabric with 4 systems is drawn by pointer drags only and is free of errors', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { width: 1600, height: 1000 });

  for (const x of [180, 620]) await place(page, 'nvidia-qm9700', { x, y: 90 });
  for (const x of [180, 620]) await place(page, 'nvidia-qm9700', { x, y: 300 });
  for (const x of [120, 360, 600, 840]) await place(page, 'dgx-h100', { x, y: 560 });

  let drawn = await design(page);
  assert.equal(drawn.nodes.length, 8, 'eight parts were placed');
  const switches = drawn.nodes.filter((node) => node.part === 'nvidia-qm9700').map((node) => node.id);
  const systems = drawn.nodes.filter((node) => node.part === 'dgx-h100').map((node) => node.id);
  const [spines, leaves] = [switches.slice(0, 2), switches.slice(2)];

  // Each system has eight compute ports: four to each leaf. Each leaf then has 16 down and needs 16 up: eight to each spine.
  for (const [index, system] of systems.entries()) {
    const ports = await freePorts(page, system, 8);
    for (const [at, port] of ports.entries()) {
      const leaf = leaves[at % 2];
      const [target] = await freePorts(page, leaf, 1);
      await connect(page, port, target);
    }
    const links = (await design(page)).links ?? [];
    assert.equal(links.length, 8 * (index + 1), `every drag from system ${index + 1} made a link`);
  }
  for (const leaf of leaves) {
    for (const spine of spines) {
      for (let count = 0; count < 8; count += 1) {
        const [from] = await freePorts(page, leaf, 1);
        const [to] = await freePorts(page, spine, 1);
        await connect(page, from, to);
      }
    }
  }

  drawn = await design(page);
  assert.equal(drawn.links.length, 32 + 32);
  const found = await reportWhere(page, 'all links are counted', (report) => report.counts.links === 64);
  assert.deepEqual(found.diagnostics.filter((d) => d.severity === 'error'), [], 'no error is left');
  assert.ok(found.estimates.find((e) => e.key === 'bisection').value > 0);

  // Undo to the first edit, redo to the last: the same bytes.
  const before = await page.evaluate(() => window.weft.getDesign());
  for (let steps = 0; steps < 72; steps += 1) await page.keyboard.press('Control+z');
  assert.equal(((await design(page)).nodes ?? []).length, 0, 'undone to the first edit');
  for (let steps = 0; steps < 72; steps += 1) await page.keyboard.press('Control+Shift+z');
  assert.equal(await page.evaluate(() => window.weft.getDesign()), before, 'redone to the last');

  // Save, then reopen the saved file in a fresh page.
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Control+s')]);
  const file = await download.path();
  assert.equal(fs.readFileSync(file, 'utf8'), before, 'the file is the design, byte for byte');
  const second = await open(chrome, site.address);
  const [chooser] = await Promise.all([second.page.waitForEvent('filechooser'), second.page.keyboard.press('Control+o')]);
  await chooser.setFiles({ name: 'fabric.json', mimeType: 'application/json', buffer: fs.readFileSync(file) });
  await second.page.waitForFunction((text) => window.weft.getDesign() === text, before);
  assert.deepEqual([...complaints, ...second.complaints], []);
  await context.close();
  await second.context.close();
});

test('a drag that is given up leaves no trace, and an illegal target says why', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-qm9700', { x: 200, y: 120 });
  await place(page, 'nvidia-sn5600', { x: 200, y: 420 });
  const before = await page.evaluate(() => window.weft.getDesign());
  const [infiniband, ethernet] = (await design(page)).nodes.map((node) => node.id);
  const from = await whereIs(page, (await freePorts(page, infiniband, 1))[0]);
  const to = await whereIs(page, (await freePorts(page, ethernet, 1))[0]);

  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 10 });
  const hint = page.locator('[data-pointer-hint]');
  await hint.waitFor();
  assert.match(await hint.innerText(), /InfiniBand.*Ethernet|Ethernet.*InfiniBand/s, 'the refusal names both link layers');
  await page.keyboard.press('Escape');
  await page.mouse.up();
  assert.equal(await page.evaluate(() => window.weft.getDesign()), before);
  await context.close();
});

test('while a link is drawn the page says what letting go makes', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-sn5600', { x: 200, y: 120 });
  await place(page, 'nvidia-sn5600', { x: 200, y: 420 });
  const [a, b] = (await design(page)).nodes.map((node) => node.id);
  const from = await whereIs(page, (await freePorts(page, a, 1))[0]);
  const to = await whereIs(page, (await freePorts(page, b, 1))[0]);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 10 });
  await page.getByText(/Release for a link at 800 Gb\/s by .*DAC/).waitFor();
  await page.mouse.up();
  const [link] = (await design(page)).links;
  assert.match(link.part, /dac/, 'and it keeps its word');
  await context.close();
});

test('an empty canvas offers shapes as pictures, and what it costs stays in sight', async () => {
  const { page, context } = await open(chrome, site.address);
  await page.getByRole('button', { name: 'NVLink racks' }).click();
  await page.locator('dialog[open] [aria-pressed=true]', { hasText: 'NVLink racks' }).waitFor();
  await page.getByRole('button', { name: 'Create' }).click();
  const cost = page.locator('.figures button', { hasText: /Cost( so far)? [1-9][\d.]* M USD/ });
  await cost.click();
  await page.locator('.reasons', { hasText: 'cost = nodes + optics' }).waitFor();
  await page.getByRole('button', { name: 'Bill of materials…' }).click();
  await page.locator('dialog[open]', { hasText: 'Bill of materials' }).waitFor();
  await context.close();
});

test('the selection moves, duplicates, copies with its inner links, and is deleted, each in one step', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-qm9700', { x: 160, y: 100 });
  await place(page, 'dgx-h100', { x: 160, y: 360 });
  const [a, b] = (await design(page)).nodes.map((node) => node.id);
  await connect(page, (await freePorts(page, b, 1))[0], (await freePorts(page, a, 1))[0]);
  const start = await page.evaluate(() => window.weft.getDesign());

  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+d');
  assert.deepEqual([(await design(page)).nodes.length, (await design(page)).links.length], [4, 2], 'duplicated with the inner link');
  await page.keyboard.press('Control+z');
  assert.equal(await page.evaluate(() => window.weft.getDesign()), start);

  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await page.waitForTimeout(100);
  await page.keyboard.press('Control+v');
  await page.waitForFunction(() => (JSON.parse(window.weft.getDesign()).nodes ?? []).length === 4);
  await page.keyboard.press('Delete');
  assert.equal((await design(page)).nodes.length, 2, 'the pasted copies are selected and gone');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  assert.equal(await page.evaluate(() => window.weft.getDesign()), start);

  const grip = await whereIs(page, a);
  await page.keyboard.press('Escape');
  await page.mouse.move(grip.x - 60, grip.y - 10);
  await page.mouse.down();
  await page.mouse.move(grip.x + 60, grip.y + 40, { steps: 10 });
  await page.mouse.up();
  assert.notEqual(await page.evaluate(() => window.weft.getDesign()), start, 'the node moved');
  await page.keyboard.press('Control+z');
  assert.equal(await page.evaluate(() => window.weft.getDesign()), start, 'in one step');
  await context.close();
});
