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
  const bought = async () => (await dialog.locator('tbody tr td:nth-child(5)').allTextContents()).map((text) => Number(text.replaceAll(',', '')));
  const rising = await bought();
  assert.deepEqual(rising, [...rising].sort((a, b) => a - b));

  // Digits stand in groups, recalled prices are drawn differently, ranges as bars, and the total stays in view.
  assert.match(await dialog.locator('tfoot').textContent(), /[0-9]{1,3},[0-9]{3},[0-9]{3}/);
  assert.ok((await dialog.locator('tbody .recalled').count()) > 0, 'recalled prices are marked');
  assert.ok((await dialog.locator('tbody tr:has-text("QM9700") td span:not(.recalled)').count()) > 0, 'a price with a source is not');
  assert.ok((await dialog.locator('tbody svg.range').count()) > 0);
  const frame = dialog.locator('.grid-frame');
  assert.ok(await frame.evaluate((frame) => frame.scrollWidth <= frame.clientWidth + 1), 'all columns are seen at 1280');
  for (const [width, height] of [[390, 780], [1280, 800]]) {
    await page.setViewportSize({ width, height });
    const [name, foot, box] = [await dialog.locator('tbody tr').first().locator('td').first().boundingBox(), await dialog.locator('tfoot td').first().boundingBox(), await frame.boundingBox()];
    assert.ok(name.x >= box.x - 1 && foot.y + foot.height <= box.y + box.height + 1, 'names and totals stay');
    if (process.env.WEFT_PICTURES) await page.screenshot({ path: `${process.env.WEFT_PICTURES}/materials-${width}.png` });
  }

  const before = (await report(page)).estimates.find((estimate) => estimate.key === 'cost').value;
  await dialog.getByRole('combobox', { name: 'Tier of nvidia-qm9700' }).selectOption('refurbished');
  await reportWhere(page, 'refurbished switches cost less', (report) => report.estimates.find((estimate) => estimate.key === 'cost').value < before);
  assert.equal((await design(page)).prices.tiers['nvidia-qm9700'], 'refurbished');

  // By keyboard: the field of the line keeps the focus through the change.
  const field = dialog.getByRole('combobox', { name: 'Tier of nvidia-qm9700' });
  await field.focus();
  await page.keyboard.press('Home');
  await page.waitForFunction(() => !JSON.parse(window.weft.getDesign()).prices?.tiers);
  assert.equal(await field.evaluate((select) => document.activeElement === select), true, 'the focus stays');
  await page.keyboard.press('End');
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).prices?.tiers?.['nvidia-qm9700'] === 'refurbished');

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

test('modules are bought by where they sit, kept gear costs nothing, and a total that lacks prices says so', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { query: '?src=designs/migration.json' });
  await reportWhere(page, 'the fabric is evaluated', (report) => report.estimates.some((estimate) => estimate.key === 'cost'));
  const dialog = page.locator('dialog[open]');
  const bill = async () => {
    await page.keyboard.press('Control+Shift+B');
    await dialog.locator('tbody tr').first().waitFor();
  };
  await bill();
  const kept = dialog.locator('tbody tr', { hasText: 'DGX A100' });
  assert.match(await kept.innerText(), /Kept/);
  assert.equal(await kept.locator('select').count(), 0, 'nothing to choose for what is not bought');
  assert.match(await dialog.locator('.tier').first().innerText(), /lines kept, nothing bought/);
  assert.deepEqual(await axe(page), [], 'kept lines');
  await page.keyboard.press('Escape');

  const leaves = (await design(page)).nodes.filter((node) => node.name.startsWith('leaf-')).map((node) => node.id);
  await page.evaluate((ids) => window.weft.select(ids), leaves);
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await page.getByRole('combobox', { name: 'Modules in it' }).selectOption('compatible');
  await page.waitForFunction((count) => JSON.parse(window.weft.getDesign()).nodes.filter((node) => node.modules === 'compatible').length === count, leaves.length);
  await bill();
  await dialog.locator('tbody tr', { hasText: 'Compatible, by node' }).waitFor();
  await page.keyboard.press('Escape');
  await page.evaluate(() => window.weft.undo());
  assert.equal((await design(page)).nodes.some((node) => node.modules), false, 'one step');

  await page.goto(`${site.address}/?src=designs/ualink-1-pod.json`);
  await page.waitForFunction(() => window.weft?.ready, null, { timeout: 30000 });
  await reportWhere(page, 'the pod is evaluated', (report) => report.estimates.some((estimate) => estimate.key === 'cost-unpriced'), 30000);
  assert.ok(!(await report(page)).estimates.some((estimate) => estimate.key === 'cost-per-xpu'), 'no price of an XPU where none is known');
  await page.locator('.figures', { hasText: 'Cost so far' }).waitFor();
  await bill();
  await dialog.getByText('no price', { exact: true }).first().waitFor();
  assert.match(await dialog.locator('tfoot').innerText(), /So far/);
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
  await page.getByText(`${links.toLocaleString('en')} rows are on the clipboard`).waitFor();

  await page.getByRole('tab', { name: 'What is assumed' }).click();
  assert.deepEqual(await axe(page), [], 'assumptions');
  const height = page.getByRole('textbox', { name: 'Height of the cable tray' });
  await height.fill('4');
  await height.press('Enter');
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).settings?.assumptions?.['tray-height-m'] === 4);
  if (process.env.WEFT_PICTURES) await page.screenshot({ path: `${process.env.WEFT_PICTURES}/assumed.png` });
  await context.close();
});

for (const [what, script] of [['in the worker', null], ['in the page where no worker is allowed', () => { window.Worker = class { constructor() { throw new Error('forbidden'); } }; }]]) {
  test(`materials and cables of a large fabric are made ${what}, and the schedule shows the rows that are scrolled to`, async () => {
    const context = await chrome.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true, permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    if (script) await page.addInitScript(script);
    await page.goto(`${site.address}/?template=fat-tree&k=16`);
    await page.waitForFunction(() => window.weft?.ready, null, { timeout: 30000 });
    await reportWhere(page, 'the fabric is evaluated', (report) => report.counts.links === 3072, 30000);
    await page.keyboard.press('Control+Shift+B');
    const bill = page.getByRole('region', { name: 'Bill of materials' });
    await bill.locator('tfoot', { hasText: '1,024' }).or(bill.locator('tbody', { hasText: '1,024' })).first().waitFor();
    assert.equal(await page.locator('.tier').count(), 4);
    const [prices] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download price form' }).click()]);
    assert.match(fs.readFileSync(await prices.path(), 'utf8'), /^part,tier,price,/);
    // Another tier is another revision: the bill follows it.
    await page.getByLabel('Currency', { exact: true }).fill('EUR');
    await page.getByLabel('Currency', { exact: true }).press('Enter');
    await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).prices?.currency === 'EUR');
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
    assert.match(fs.readFileSync(await saved.path(), 'utf8'), /,EUR,/, 'the file is of the design as it is');
    await page.evaluate(() => window.weft.undo());
    await page.getByRole('tab', { name: 'Cable schedule' }).click();
    await page.getByText('3,072 rows', { exact: true }).waitFor();
    const frame = page.getByRole('region', { name: 'Cable schedule' });
    const first = () => frame.locator('tbody tr[aria-rowindex]').first().locator('td').first().innerText();
    const last = frame.locator('tbody tr[aria-rowindex="3073"]');
    assert.ok(await frame.locator('tbody tr').count() < 300, 'only some rows are in the page');
    assert.equal(await frame.locator('table').getAttribute('aria-rowcount'), '3073');
    const width = await frame.locator('table').evaluate((table) => table.offsetWidth);
    await frame.evaluate((frame) => { frame.scrollTop = frame.scrollHeight; });
    await last.waitFor();
    await page.waitForFunction(() => {
      const [frame, row] = [document.querySelector('.grid-frame'), document.querySelector('tr[aria-rowindex="3073"]')];
      return row && Math.abs(row.getBoundingClientRect().bottom - frame.getBoundingClientRect().bottom) < 30;
    });
    assert.equal(await frame.locator('table').evaluate((table) => table.offsetWidth), width, 'columns keep their widths');
    const end = await last.innerText();

    // Sorted by the first column falling, the last row is the first.
    const cable = frame.getByRole('button', { name: 'Cable', exact: false }).first();
    await cable.click();
    await frame.locator('th[aria-sort=ascending]').waitFor();
    await cable.click();
    await frame.evaluate((frame) => { frame.scrollTop = 0; });
    await page.waitForFunction((end) => document.querySelector('tr[aria-rowindex="2"]')?.innerText === end, end);
    assert.equal(await first(), end.split('\t')[0].trim());

    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
    const lines = fs.readFileSync(await file.path(), 'utf8').trim().split('\n');
    assert.equal(lines.length, 3073);
    assert.ok(!lines[1].startsWith(end.split('\t')[0].trim()), 'the file is in the order of the links');
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('3,072 rows are on the clipboard').waitFor();

    // An edit while the table is closed is in the next one.
    await page.keyboard.press('Escape');
    await page.evaluate(() => { const link = JSON.parse(window.weft.getDesign()).links[0].id; window.weft.select([link]); window.weft.dispatch('delete'); });
    await page.keyboard.press('Control+Shift+B');
    await page.getByRole('tab', { name: 'Cable schedule' }).click();
    await page.getByText('3,071 rows', { exact: true }).waitFor();
    await context.close();
  });
}
