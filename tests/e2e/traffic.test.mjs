// What traffic gets and where it goes: the Traffic tab, links in the colours of their load, ways between two things, the size of messages.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { axe, browser, design, open, reportWhere, serve, whereIs } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

async function pilot(options = {}) {
  const opened = await open(chrome, site.address, { query: '?src=designs/rail-pilot-48-xpu.json', ...options });
  await reportWhere(opened.page, 'the fabric is evaluated', (report) => report.estimates.some((estimate) => estimate.key === 'bisection'));
  return opened;
}

const picture = async (page, name) => process.env.WEFT_PICTURES && page.screenshot({ path: `${process.env.WEFT_PICTURES}/traffic-${name}.png` });
const panel = (page) => page.locator('.traffic');
/** The colours of the drawing in a region, so that a test sees what a person would. */
const colours = (page) => page.evaluate(() => {
  const canvas = document.querySelector('canvas.layer');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const key = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen].filter(([, count]) => count > 60).map(([key]) => key);
});

test('a pattern shows its rates beside what is possible, and what is full is a click away', async () => {
  for (const theme of ['light', 'dark']) {
    const { page, context, complaints } = await pilot({ theme });
    await page.getByRole('tab', { name: 'Traffic' }).click();
    await panel(page).getByText('What is full').waitFor();
    const words = await panel(page).innerText();
    assert.match(words, /Slowest flow\s+[\d.]+ [MG]b\/s/);
    assert.match(words, /At most, whatever the routing[\s\S]*least cut/i);
    assert.match(words, /Routing: shortest paths \(inferred\), split evenly/);
    assert.deepEqual(await axe(page), [], `the tab, ${theme}`);
    await panel(page).getByRole('button', { name: /Slowest flow, at most by the least cut/ }).click();
    await panel(page).getByText('cut / crossing').waitFor();
    const figure = panel(page).getByRole('group', { name: /Load of links: All-to-all/ });
    await figure.waitFor();
    assert.match(await panel(page).locator('.figure').innerText(), /Each link by its fuller direction: the fullest \d+ %/);
    await picture(page, `tab-${theme}`);
    await panel(page).locator('.ranked .link-like').first().click();
    await page.getByText('1 selected').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  }
});

test('links take the colours of their load by a key, follow edits, and give them back', async () => {
  const { page, context, complaints } = await pilot();
  const plain = await colours(page);
  await page.locator('#canvas').focus();
  await page.keyboard.press('l');
  const legend = page.locator('.legend');
  await legend.waitFor();
  assert.match(await legend.innerText(), /All-to-all: load[\s\S]*0 %[\s\S]*100 %/);
  await page.waitForFunction(() => !document.querySelector('.stale'));
  const loaded = await colours(page);
  assert.ok(loaded.some((colour) => !plain.includes(colour)), 'other colours are drawn');
  assert.deepEqual(await axe(page), [], 'with the legend');
  await picture(page, 'loads');
  await legend.getByRole('button', { name: 'Margin' }).click();
  await legend.getByText(/free/).waitFor();
  await page.getByRole('tab', { name: 'Traffic' }).click();
  await panel(page).getByLabel('Traffic').selectOption('incast');
  await legend.getByText('Incast: margin').waitFor();
  await panel(page).getByText(/What is full: \d/).waitFor();

  // A link less: the answer is of the fabric as it is now.
  const before = await panel(page).getByText(/flows\. Routing/).innerText();
  const link = (await design(page)).links[0].id;
  await page.evaluate((link) => window.weft.select([link]), link);
  await page.locator('#canvas').focus();
  await page.keyboard.press('Delete');
  await page.waitForFunction(() => document.querySelector('.legend') && !document.querySelector('.traffic .stale'));
  await page.keyboard.press('Control+z');
  await panel(page).getByText(before).waitFor();

  // What is off is shown as off.
  await page.evaluate((link) => window.weft.select([link]), link);
  await page.keyboard.press('x');
  await legend.getByText('off').waitFor();
  await page.keyboard.press('l');
  await legend.waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the drawing is exported in the colours of its links, with their legend', async () => {
  const { page, context, complaints } = await pilot();
  await page.locator('#canvas').focus();
  await page.keyboard.press('l');
  await page.locator('.legend').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /Drawing.*SVG/ }).click();
  const text = fs.readFileSync(await (await download).path(), 'utf8');
  assert.match(text, />All-to-all: load</);
  assert.match(text, />100 %</);
  assert.match(text, /stroke="#[0-9a-f]{6}"/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a table of traffic is checked row by row', async () => {
  const { page, context, complaints } = await pilot();
  await page.getByRole('tab', { name: 'Traffic' }).click();
  await panel(page).getByLabel('Traffic').selectOption('matrix');
  const table = panel(page).locator('textarea');
  await table.fill('dgx-1,dgx-2,100\ndgx-2,dgx-3,fast');
  await panel(page).getByText('Line 2: “fast” is no rate; write for example 100 or 100G').waitFor();
  assert.equal(await table.getAttribute('aria-invalid'), 'true');
  await table.fill('dgx-1,nobody,100');
  await panel(page).getByText('Row 1: nobody names no single node of this design').waitFor();
  await panel(page).locator('input[type=file]').setInputFiles({ name: 'm.csv', mimeType: 'text/csv', buffer: Buffer.from(',dgx-1,dgx-2\ndgx-1,,100\ndgx-2,200G,\n') });
  await panel(page).getByText(/^2 flows$/).waitFor();
  await panel(page).getByText('300 Gb/s').first().waitFor();
  assert.deepEqual(await axe(page), [], 'the matrix');
  await picture(page, 'matrix');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the ways between two systems are drawn with their latency, by pointer and by keys alone', async () => {
  const { page, context, complaints } = await pilot();
  const systems = (await design(page)).nodes.filter((node) => node.name.startsWith('dgx-'));
  const [one, other] = [systems[0].id, systems.at(-1).id];
  const at = await whereIs(page, one);
  await page.mouse.click(at.x, at.y);
  const to = await whereIs(page, other);
  await page.mouse.move(to.x, to.y - 4, { steps: 4 });
  const card = page.locator('.ways-card');
  await card.getByText(/hops, \d+ /).waitFor();
  assert.match(await card.innerText(), /Bandwidth\s+400 Gb\/s/);
  assert.ok(await card.locator('.stack rect').count() >= 3, 'the latency is taken apart');
  await picture(page, 'ways');
  await page.mouse.move(5, 400);
  await card.waitFor({ state: 'detached' });

  await page.evaluate(() => window.weft.select([]));
  await page.evaluate((ids) => window.weft.select(ids), [one, other]);
  await card.getByText(/hops, \d+ /).waitFor();
  assert.deepEqual(await axe(page), [], 'the card');
  await page.locator('#canvas').focus();
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
  await context.close();
});

test('collectives follow the size of the message, slid by keys and typed', async () => {
  const { page, context, complaints } = await pilot();
  await page.getByRole('tab', { name: 'Estimates' }).click();
  const section = page.locator('.by-size');
  await section.getByRole('row', { name: /All-reduce/ }).getByText(/[mµ]s/).first().waitFor();
  const row = () => section.getByRole('row', { name: /All-reduce/ }).innerText();
  const usual = await row();
  await section.getByRole('slider').focus();
  await page.keyboard.press('End');
  assert.equal(await section.getByRole('slider').getAttribute('aria-valuetext'), '16 GiB');
  assert.notEqual(await row(), usual);
  const size = section.getByRole('textbox', { name: 'Size' });
  await size.fill('3 MB');
  await size.press('Enter');
  await page.waitForFunction((usual) => { const row = [...document.querySelectorAll('.by-size tr')].find((row) => row.innerText.startsWith('All-reduce')); return row && /s/.test(row.innerText.slice(10)) && row.innerText !== usual; }, usual);
  await size.fill('much');
  await size.press('Enter');
  await page.getByText('“much” is no size; write for example 64 KiB or 1 GiB').waitFor();
  await section.getByRole('button', { name: 'Keep' }).click();
  assert.equal((await design(page)).settings.message_bytes, 3000000);
  await section.locator('table.beside:not(.stale)').waitFor();
  assert.deepEqual(await axe(page), [], 'the slider');
  await picture(page, 'sizes');
  assert.deepEqual(complaints, []);
  await context.close();
});
