// Designs to start from: templates with their counts and picture, and the examples, which are fetched only when somebody asks for one.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { browser, design, open, reportWhere, root, screenshot, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const dialogOf = async (page) => {
  await page.getByRole('button', { name: /Start from a template/ }).click();
  return page.getByRole('dialog', { name: /template/i });
};

test('every example of the list opens, is the file of that name, and has no error', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  const files = fs.readdirSync(path.join(root, 'examples')).filter((name) => name.endsWith('.weft')).map((name) => name.slice(0, -5));
  const dialog = await dialogOf(page);
  const names = await dialog.getByRole('group', { name: 'Examples' }).getByRole('button').allInnerTexts();
  assert.equal(names.length, files.length);
  const seen = new Set();
  for (const [at, name] of names.entries()) {
    if (at > 0) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').or(page.getByRole('searchbox')).first().fill('template');
      await page.keyboard.press('Enter');
    }
    await dialog.getByRole('group', { name: 'Examples' }).getByRole('button').nth(at).click();
    await dialog.locator('img.template-picture').waitFor();
    await dialog.getByRole('button', { name: 'Open' }).click();
    const report = await reportWhere(page, `${name} is checked`, (report) => report.counts.links > 0 && !seen.has(JSON.stringify(report.counts)));
    seen.add(JSON.stringify(report.counts));
    assert.deepEqual(report.diagnostics.filter((found) => found.severity === 'error'), [], name);
    const opened = (await design(page)).name;
    const file = files.find((file) => JSON.parse(fs.readFileSync(path.join(root, 'examples', `${file}.json`))).name === opened);
    assert.ok(file, opened);
    // Of what was said only what is of this design is left.
    const notes = page.locator('[data-toast]');
    assert.ok(await notes.count() <= 1, (await notes.allInnerTexts()).join(' | '));
    if (await notes.count() > 0) await notes.getByRole('button', { name: 'Dismiss' }).click();
    await screenshot(page, `example-${file}.png`, page.locator('#canvas'));
  }
  assert.equal(seen.size, files.length, 'each is another design');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('an empty canvas leads to the examples, and one is open two presses later', async () => {
  const { page, context, complaints, requests } = await open(chrome, site.address);
  await page.getByRole('button', { name: 'Open an example…' }).click();
  const dialog = page.getByRole('dialog', { name: /example/ });
  await dialog.locator('img.template-picture').waitFor();
  const chosen = dialog.getByRole('button', { pressed: true });
  const [box, list] = [await chosen.boundingBox(), await dialog.getByRole('group', { name: 'Examples' }).getByRole('heading').boundingBox()];
  assert.ok(box.y >= list.y + list.height - 1, 'the chosen one is not under the heading of its list');
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await reportWhere(page, 'the first example is open', (report) => report.counts.xpus === 120);
  assert.equal(requests.filter((url) => url.includes('/examples/')).length, 1);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('examples are asked for one at a time, and what cannot be had is said', async () => {
  const { page, context, requests } = await open(chrome, site.address);
  const dialog = await dialogOf(page);
  assert.equal(requests.filter((url) => url.includes('/examples/')).length, 0, 'none before one is chosen');
  await dialog.getByRole('button', { name: /InfiniBand HDR/ }).click();
  await dialog.locator('img.template-picture').waitFor();
  assert.deepEqual(requests.filter((url) => url.includes('/examples/')), [`${site.address}/examples/infiniband-hdr.json`]);
  await page.route('**/examples/*.json', (route) => route.abort());
  await dialog.getByRole('button', { name: /InfiniBand EDR/ }).click();
  await dialog.getByRole('alert').waitFor();
  assert.match(await dialog.getByRole('alert').innerText(), /infiniband-edr\.json” could not be opened/);
  assert.ok(await dialog.getByRole('button', { name: 'Open' }).isDisabled());
  await context.close();
});

test('a template shows its counts and its picture with every key', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  const dialog = await dialogOf(page);
  for (const [name, field, value, counts] of [['Rail-only', 'Servers', '8', /64 XPUs/], ['Two planes', 'Leaves in a plane', '2', /12 switches/], ['Dragonfly', 'Groups', '5', /20 switches/], ['Torus', 'XPUs across', '4', /32 XPUs/], ['UALink pod', 'Trays', '4', /288 links/], ['NVLink racks', 'Racks', '2', /144 XPUs/]]) {
    await dialog.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    const before = await dialog.locator('img.template-picture').getAttribute('src');
    const box = dialog.getByLabel(field, { exact: true });
    await box.fill(value);
    await dialog.getByText(counts).first().waitFor().catch(async () => assert.fail(`${name}: ${await dialog.locator('.template-counts').innerText()}`));
    await page.waitForFunction((old) => document.querySelector('img.template-picture')?.src !== old, before);
  }
  await dialog.getByRole('button', { name: /^Torus/ }).click();
  await dialog.getByLabel('XPUs deep').fill('many');
  await dialog.getByRole('alert').waitFor();
  assert.ok(await dialog.getByRole('button', { name: 'Create' }).isDisabled());
  assert.deepEqual(complaints, []);
  await context.close();
});

test('many names by a pattern: seen while typed, one step, and back', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { query: '?template=rail-only&servers=6' });
  await reportWhere(page, 'the rails are checked', (report) => report.counts.links === 48);
  const before = await page.evaluate(() => window.weft.getDesign());
  const servers = JSON.parse(before).nodes.filter((node) => node.name.startsWith('dgx'));
  await page.evaluate((ids) => window.weft.select(ids), servers.map((node) => node.id));
  await page.locator('[data-canvas]').focus();
  await page.keyboard.press('Shift+F2');
  const dialog = page.getByRole('dialog', { name: 'Rename by a pattern' });
  const field = dialog.getByLabel('Pattern');
  await field.fill('{rak}');
  await dialog.getByText(/There is no placeholder \{rak\}; there are \{name\}, \{n\}, \{rack\}/).waitFor();
  assert.ok(await dialog.getByRole('button', { name: 'Rename' }).isDisabled());
  await field.fill('');
  await dialog.getByRole('button', { name: '{rack}' }).click();
  assert.equal(await field.inputValue(), '{rack}');
  await page.keyboard.press('End');
  await page.keyboard.type('-u{u:2}');
  assert.deepEqual(await dialog.getByRole('list', { name: 'New names' }).locator('b').allInnerTexts(), ['A01-u37', 'A01-u25', 'A01-u13', 'A02-u13', 'A01-u01', 'A02-u01']);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  const names = (await design(page)).nodes.map((node) => node.name);
  for (const name of ['A01-u37', 'A02-u01']) assert.ok(names.includes(name), name);
  await page.keyboard.press('Control+z');
  assert.equal(await page.evaluate(() => window.weft.getDesign()), before);
  assert.deepEqual(complaints, []);
  await context.close();
});
