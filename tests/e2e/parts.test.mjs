// Finding parts, a part's page, parts of one's own, and NetBox device types: by pointer and by keyboard.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axe, browser, design, open, place, reportWhere, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const pictures = process.env.WEFT_PICTURES;
const picture = async (page, name) => { if (pictures) await page.screenshot({ path: `${pictures}/${name}.png` }); };
const names = (page) => page.locator('#parts .part b').allTextContents();

test('filters combine, count, clear, and say what to loosen', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  const all = (await names(page)).length;
  assert.ok(all > 150, `${all} parts in the palette`);
  await page.getByRole('button', { name: 'Filters' }).click();
  const filters = page.getByRole('group', { name: 'Filters' });
  await filters.getByText(`${all} of ${all} parts`).waitFor();
  const choose = async (label, value) => {
    const field = filters.getByLabel(label);
    const words = (await field.locator('option').allTextContents()).find((words) => words.startsWith(`${value} (`));
    assert.ok(words, `${label} offers ${value}`);
    await field.selectOption({ label: words });
    return Number(words.match(/\((\d+)\)$/)[1]);
  };
  for (const [label, value] of [['Vendor', 'NVIDIA'], ['Protocol', 'InfiniBand'], ['Port rate', '400 Gb/s'], ['Form factor', 'OSFP'], ['Rests on', 'press']]) {
    const count = await choose(label, value);
    assert.equal((await names(page)).length, count, `${label} ${value} leaves as many as it says`);
  }
  assert.ok((await names(page)).some((name) => name.includes('QM9700')), String(await names(page)));
  assert.deepEqual(await axe(page), [], 'filters');
  await picture(page, 'filters');

  await page.getByLabel('Search parts').fill('arista');
  await page.getByText('No part is all of this.').waitFor();
  await picture(page, 'filters-empty');
  const way = page.getByRole('button', { name: /^Without the words “arista”: \d+ parts?$/ });
  const count = Number((await way.textContent()).match(/: (\d+)/)[1]);
  await way.click();
  assert.equal((await names(page)).length, count);
  assert.equal(await page.getByLabel('Search parts').inputValue(), '');

  await filters.getByRole('button', { name: 'Clear' }).click();
  assert.equal((await names(page)).length, all);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the filters and the list are worked by keys alone', async () => {
  const { page, context } = await open(chrome, site.address);
  await page.locator('#canvas').focus();
  await page.keyboard.press('/');
  await page.waitForFunction(() => document.activeElement.id === 'part-search');
  await page.keyboard.type('qm9700');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('group', { name: 'Filters' }).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SELECT');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.part), 'nvidia-qm9700');
  await page.keyboard.press('i');
  await page.getByRole('dialog', { name: /QM9700/ }).waitFor();
  assert.equal(new URL(page.url()).hash, '#part=nvidia-qm9700');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => location.hash === '');
  await context.close();
});

test('a part’s page shows its face, its figures with sources, conflicts, and what fits its ports', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { query: '#part=nvidia-qm9700' });
  const dialog = page.getByRole('dialog', { name: /QM9700/ });
  await dialog.waitFor();
  const plate = dialog.getByRole('img');
  assert.ok((await plate.evaluate((image) => image.naturalWidth)) > 300, 'the face is drawn');
  await dialog.getByRole('button', { name: /What fits a port of the cage/ }).click();
  const fits = dialog.locator('.fitting');
  await fits.waitFor();
  const row = fits.locator('tbody tr').first();
  assert.match(await row.locator('td').last().textContent(), /\d+ parts?/);
  assert.ok((await fits.textContent()).includes('DGX H100'), 'a QM9700 reaches a DGX H100');
  assert.deepEqual(await axe(page), [], 'the page of a part');
  await picture(page, 'part-switch');
  await row.getByRole('button').first().click();
  await page.waitForFunction(() => location.hash !== '#part=nvidia-qm9700');
  await dialog.getByText('Goes into ports of').or(page.getByText('Goes into ports of')).first().waitFor();
  await picture(page, 'part-cable');
  await page.evaluate(() => { location.hash = '#part=nvidia-sn5600'; });
  const other = page.getByRole('dialog', { name: /SN5600/ });
  await other.waitFor();
  const buffer = other.getByRole('row', { name: /^Buffer/ });
  assert.match(await buffer.textContent(), /160 MB.*data sheet.*otherwise 128 MB: Probsee/);
  assert.ok((await other.locator('td .recalled').count()) > 0, 'recalled figures are drawn differently');
  await page.evaluate(() => { location.hash = '#part=nvidia-rubin'; });
  await page.getByRole('dialog', { name: /Rubin/ }).getByText('announced', { exact: true }).first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the page opens from the canvas, the inspector and the palette', async () => {
  const { page, context } = await open(chrome, site.address);
  await place(page, 'nvidia-qm9700', { x: 300, y: 200 });
  await page.keyboard.press('i');
  const dialog = page.getByRole('dialog', { name: /QM9700/ });
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await page.getByRole('button', { name: /About this part/ }).click();
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  const line = page.locator('[data-part="nvidia-qm9700"]');
  await line.scrollIntoViewIfNeeded();
  const box = await line.boundingBox();
  await page.mouse.click(box.x + box.width - 14, box.y + box.height / 2);
  await dialog.waitFor();
  assert.equal((await design(page)).nodes.length, 1, 'the sign on the line places nothing');
  await context.close();
});
