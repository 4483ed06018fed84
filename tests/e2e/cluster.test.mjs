// A small cluster from nothing, by hand: parts are flung from the palette, all links are laid in two steps, a leaf fails.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { browser, design, middle, open, place, reportWhere, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const canvas = (page) => page.locator('[data-canvas]').boundingBox();

async function connectAll(page, ids, count) {
  await page.evaluate((subjects) => window.weft.dispatch({ intent: 'select', subjects }), ids);
  const links = ((await design(page)).links ?? []).length;
  await page.locator('#canvas').focus();
  await page.keyboard.press('Shift+C');
  const field = page.getByLabel('Links of each pair');
  await field.waitFor();
  assert.equal(await field.inputValue(), String(count), 'as many as are even');
  await page.getByText('Adds 32 links').first().waitFor();
  await field.press('Enter');
  await page.waitForFunction((links) => JSON.parse(window.weft.getDesign()).links?.length === links + 32, links);
}

test('a quick flick places a part, and a press that ends elsewhere leaves nothing behind', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  const [line, stage] = [await middle(page.locator('[data-part="dgx-b200"]')), await canvas(page)];
  await page.mouse.move(line.x, line.y);
  await page.mouse.down();
  // One move, far off the line of the palette.
  await page.mouse.move(stage.x + 300, stage.y + 240);
  await page.mouse.move(stage.x + 302, stage.y + 240);
  assert.equal(await page.locator('.ghost').count(), 0, 'over the drawing the drawing shows it');
  await page.mouse.up();
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).nodes?.length === 1);
  await page.mouse.move(line.x, line.y);
  await page.mouse.move(line.x + 30, line.y, { steps: 4 });
  assert.equal(await page.locator('.ghost').count(), 0, 'no button is down');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('four systems, two leaves and two spines are cabled in two steps, and tools stand still meanwhile', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { width: 1440, height: 900 });
  const undo = () => page.locator('[role="toolbar"]').boundingBox();
  for (const [at, part] of ['nvidia-qm9700', 'nvidia-qm9700'].entries()) await place(page, part, { x: 200 + at * 360, y: 80 });
  for (const [at, part] of ['nvidia-qm9700', 'nvidia-qm9700'].entries()) await place(page, part, { x: 200 + at * 360, y: 220 });
  await page.getByLabel('Search parts').fill('DGX B200');
  for (let at = 0; at < 4; at++) await place(page, 'dgx-b200', { x: 110 + at * 220, y: 460 });
  const tools = await undo();
  const [spines, leaves, systems] = [['n1', 'n2'], ['n3', 'n4'], ['n5', 'n6', 'n7', 'n8']];
  await connectAll(page, [...systems, ...leaves], 4);
  await connectAll(page, [...leaves, ...spines], 8);
  const report = await reportWhere(page, 'all is cabled', (report) => report.counts.links === 64);
  assert.deepEqual(report.diagnostics.filter((finding) => finding.severity !== 'info'), []);
  await page.evaluate(() => window.weft.dispatch({ intent: 'select', subjects: ['l1'] }));
  await page.keyboard.press('Delete');
  await reportWhere(page, 'a system with a bare adapter is told', (report) => report.diagnostics.some((finding) => finding.severity !== 'info'));
  await page.locator('.top .chip.error, .top .chip.warning').first().waitFor();
  assert.deepEqual(await undo(), tools, 'tools stay where they are when findings come');
  await page.keyboard.press('Control+z');

  // A leaf fails: what the numbers are of is said.
  await page.evaluate(() => window.weft.dispatch({ intent: 'select', subjects: ['n3'] }));
  await page.locator('#canvas').focus();
  await page.keyboard.press('x');
  await page.getByText('Whole fabric:').waitFor();
  await page.getByRole('tab', { name: 'Failures' }).click();
  const name = page.getByRole('rowheader', { name: 'Power of optics if all were co-packaged', exact: true }).first();
  await name.waitFor();
  assert.ok((await name.boundingBox()).height < 30, 'the name of an estimate takes one line');
  await page.getByRole('tab', { name: 'Estimates' }).click();
  await page.getByText(/Of the whole fabric\. What Scenario 1 leaves/).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});
