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
  const { page, context, complaints } = await open(chrome, site.address, { query: '?template=single-switch' });
  await reportWhere(page, 'the engine has answered', () => true);
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
  assert.match(await buffer.textContent(), /160 MB.*otherwise 128 MB: Probsee.*data sheet/);
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

test('a part of one’s own is filled in, mended, used, changed, and not removed while in use', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  await page.getByRole('button', { name: 'New own part…' }).click();
  const form = page.getByRole('dialog', { name: 'New own part' });
  await form.waitFor();
  const fill = (label, value) => form.getByLabel(label, { exact: true }).first().fill(value);
  await fill('Name', 'sn5600');
  await fill('How many cages', '32');
  await fill('Rate of a cage', '800G');
  await fill('Power', '-3 W');
  await fill('Height, U', '2');
  await fill('Price, new', '12000 EUR');
  await form.getByLabel('Protocol').selectOption({ label: 'Ethernet' });
  await form.getByRole('button', { name: 'Keep part' }).click();
  await form.getByText('There is a part of this name already (nvidia-sn5600)').waitFor();
  await form.getByText('Power: “-3 W” is not more than 0').waitFor();
  assert.equal(await form.getByLabel('Name', { exact: true }).getAttribute('aria-invalid'), 'true');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'part-form-name', 'the first fault has the keyboard');
  assert.deepEqual(await axe(page), [], 'the form with faults');
  await picture(page, 'form-faults');
  await fill('Name', 'Our leaf');
  await fill('Power', '1.2 kW');
  await picture(page, 'form');
  await page.keyboard.press('Enter');
  const own = page.getByRole('dialog', { name: 'Our leaf' });
  await own.waitFor();
  await own.getByText('own part', { exact: true }).waitFor();
  await own.getByText('stated', { exact: false }).first().waitFor();
  await picture(page, 'own-part');
  await own.getByRole('button', { name: 'Place' }).click();
  const placed = await design(page);
  assert.equal(placed.nodes[0].part, 'own-our-leaf');
  assert.equal(placed.parts[0].power_w[0], 1200);
  assert.equal(placed.prices.book[0].cents, 1200000);
  assert.ok((await page.locator('[data-part="own-our-leaf"]').textContent()).includes('own · '));

  await page.keyboard.press('i');
  await own.waitFor();
  await own.getByRole('button', { name: 'Remove' }).click();
  await page.getByText(/Our leaf is in use by/).first().waitFor();
  await own.getByRole('button', { name: 'Change…' }).click();
  const change = page.getByRole('dialog', { name: 'Change own part' });
  await change.getByLabel('How many cages').fill('16');
  await change.getByRole('button', { name: 'Keep changes' }).click();
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).parts[0].ports[0].count === 16);
  await page.keyboard.press('Escape');
  await page.locator('#canvas').focus();
  await page.keyboard.press('Control+z');
  assert.equal((await design(page)).parts[0].ports[0].count, 32, 'a change is one step');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  assert.equal((await design(page)).parts, undefined, 'so is keeping a new part');

  await page.evaluate(() => { location.hash = '#part=dgx-h100'; });
  await page.getByRole('dialog', { name: /DGX H100/ }).getByRole('button', { name: 'Copy as own part…' }).click();
  const copy = page.getByRole('dialog', { name: 'Own part, from a copy' });
  assert.equal(await copy.getByLabel('Name', { exact: true }).inputValue(), 'DGX H100 (own)');
  await picture(page, 'form-copy');
  await copy.getByRole('button', { name: 'Keep part' }).click();
  await page.getByRole('dialog', { name: 'DGX H100 (own)' }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('NetBox device types come in together and tell what was not understood', async () => {
  const { page, context } = await open(chrome, site.address);
  const folder = new URL('../corpus/netbox/', import.meta.url);
  await page.locator('input[type=file]').setInputFiles([new URL('acme-leaf.yaml', folder).pathname, new URL('acme-host.yml', folder).pathname]);
  const dialog = page.getByRole('dialog', { name: /Leaf 48-8/ });
  await dialog.waitFor();
  await dialog.getByText('line 44: interface “radio0”').waitFor();
  assert.deepEqual((await design(page)).parts.map((part) => part.id), ['netbox-acme-host-2', 'netbox-acme-leaf-48-8']);
  assert.deepEqual(await axe(page), [], 'an imported part');
  await picture(page, 'netbox');
  await page.keyboard.press('Escape');
  await page.locator('input[type=file]').setInputFiles({ name: 'bad.yaml', mimeType: 'text/yaml', buffer: Buffer.from('manufacturer: A\n\tmodel: B\n') });
  await page.getByText('“bad.yaml”: line 2: a tab indents this line; use spaces').first().waitFor();
  assert.equal((await design(page)).parts.length, 2);
  await page.locator('#canvas').focus();
  await page.keyboard.press('Control+z');
  assert.equal((await design(page)).parts, undefined, 'an import is one step');
  await context.close();
});

test('pages and forms fit every width', async () => {
  const fits = async (page, what) => assert.ok(await page.evaluate(() => [...document.querySelectorAll('dialog[open], .left')].every((box) => box.scrollWidth <= box.clientWidth + 1)), `${what} is wider than its frame`);
  for (const [width, height] of [[1280, 800], [1600, 1000], [390, 780]]) {
    for (const theme of ['light', 'dark']) {
      const { page, context } = await open(chrome, site.address, { query: '#part=dgx-h100', width, height, theme });
      await page.getByRole('dialog', { name: /DGX H100/ }).waitFor();
      await fits(page, `the page at ${width}`);
      await picture(page, `page-${width}-${theme}`);
      await page.getByRole('button', { name: 'Copy as own part…' }).click();
      await page.getByRole('dialog', { name: 'Own part, from a copy' }).waitFor();
      await fits(page, `the form at ${width}`);
      await picture(page, `form-${width}-${theme}`);
      await page.keyboard.press('Escape');
      await page.locator('#canvas').focus();
      await page.keyboard.press('/');
      await page.waitForTimeout(200);
      await page.getByRole('button', { name: 'Filters' }).click();
      await page.waitForTimeout(200);
      await fits(page, `the palette at ${width}`);
      await picture(page, `palette-${width}-${theme}`);
      await context.close();
    }
  }
});
