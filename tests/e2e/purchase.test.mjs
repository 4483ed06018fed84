// What has to be bought: the tables, their sorting and saving, tiers line by line, and a price book brought along.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { axe, browser, design, open, report, reportWhere, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

/** Drops a file of this text on the page, as the chooser hands it over. */
async function bring(page, name, text) {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
}

test('the bill of materials sorts, mixes tiers, and takes a price book in one step', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { query: '?src=designs/rail-pilot-48-xpu.json' });
  await reportWhere(page, 'the fabric is evaluated', (report) => report.estimates.some((estimate) => estimate.key === 'cost'));
  await page.keyboard.press('Control+Shift+B');
  const dialog = page.locator('dialog[open]');
  await dialog.waitFor();
  assert.equal(await dialog.locator('.tier').count(), 4, 'the choice and three tiers side by side');
  assert.deepEqual(await axe(page), [], 'materials');
  if (process.env.WEFT_PICTURES) await page.screenshot({ path: `${process.env.WEFT_PICTURES}/materials.png` });

  await dialog.getByRole('button', { name: 'Buy', exact: true }).click();
  const bought = async () => (await dialog.locator('tbody tr td:nth-child(6)').allTextContents()).map(Number);
  const rising = await bought();
  assert.deepEqual(rising, [...rising].sort((a, b) => a - b));

  const before = (await report(page)).estimates.find((estimate) => estimate.key === 'cost').value;
  await dialog.getByRole('combobox', { name: 'Tier of nvidia-qm9700' }).selectOption('refurbished');
  await reportWhere(page, 'refurbished switches cost less', (report) => report.estimates.find((estimate) => estimate.key === 'cost').value < before);
  assert.equal((await design(page)).prices.tiers['nvidia-qm9700'], 'refurbished');

  await bring(page, 'prices.csv', 'part,tier,price,date\nnvidia-qm9700,refurbished,1.00,2026-11-02\n');
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).prices.book?.length === 1);
  await bring(page, 'bad.csv', 'part,tier,price\nnvidia-qm9700,refurbished,cheap\n');
  await page.getByText('line 2: “cheap” is no price').waitFor();
  assert.equal((await design(page)).prices.book[0].cents, 100, 'a bad book changes nothing');
  await page.evaluate(() => window.weft.undo());
  assert.equal((await design(page)).prices.book, undefined, 'a price book is one step');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the cable schedule is shown, and saved without a formula', async () => {
  const { page, context } = await open(chrome, site.address, { query: '?src=designs/nvl72.json' });
  await reportWhere(page, 'the fabric is evaluated', (report) => report.counts.links > 0);
  await page.keyboard.press('Control+Shift+B');
  await page.getByRole('tab', { name: 'Cable schedule' }).click();
  assert.deepEqual(await axe(page), [], 'cables');
  if (process.env.WEFT_PICTURES) await page.screenshot({ path: `${process.env.WEFT_PICTURES}/cables.png` });
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
  const text = fs.readFileSync(await file.path(), 'utf8');
  assert.match(file.suggestedFilename(), /-cables\.csv$/);
  const links = (await design(page)).links.length;
  assert.equal(text.trim().split('\n').length, links + 1);
  assert.ok(text.includes('from placement'));
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByText(`${links} rows are on the clipboard`).waitFor();

  await page.getByRole('tab', { name: 'What is assumed' }).click();
  assert.deepEqual(await axe(page), [], 'assumptions');
  const height = page.getByRole('textbox', { name: 'Height of the cable tray' });
  await height.fill('4');
  await height.press('Enter');
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).settings?.assumptions?.['tray-height-m'] === 4);
  if (process.env.WEFT_PICTURES) await page.screenshot({ path: `${process.env.WEFT_PICTURES}/assumed.png` });
  await context.close();
});
