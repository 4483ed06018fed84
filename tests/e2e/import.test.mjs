// A dump of a running fabric through the file chooser: drawn, checked, estimated, and the same report from the command.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { browser, design, open, report, reportWhere, root, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const shared = process.env.WEFT_SHARED ?? path.join(root, '../shared');
const weft = path.join(root, 'target/debug/weft');

async function choose(page, file) {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Control+o')]);
  await chooser.setFiles(file);
}

async function imported(page, file) {
  await choose(page, file);
  await page.waitForFunction(() => (JSON.parse(window.weft.getDesign()).nodes ?? []).length > 0, null, { timeout: 15000 });
  return design(page);
}

test('our own ibnetdiscover fixture is drawn, checked and estimated', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  const folder = path.join(root, 'tests/corpus/imports');
  const file = fs.readdirSync(folder).filter((name) => /\.(topo|ibnet\w*|net)$/.test(name)).map((name) => path.join(folder, name))[0];
  const drawn = await imported(page, file);
  assert.ok(drawn.links.length > 0);
  const found = await reportWhere(page, 'the links are counted', (report) => report.counts.links === drawn.links.length);
  assert.ok(found.estimates.some((estimate) => estimate.value > 0));
  const places = new Set(drawn.nodes.map((node) => JSON.stringify(node.at ?? [0, 0])));
  assert.ok(places.size > 1, 'the nodes were laid out');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the real dump of a mixed DDR and QDR cluster is drawn', { skip: false }, async () => {
  const file = path.join(shared, 'real-inputs/ltaulell+HPC_toolset/infiniband/X5.topofile');
  if (!fs.existsSync(file)) {
    console.log('real inputs are not here: only our own fixture was read');
    return;
  }
  const { page, context, complaints } = await open(chrome, site.address);
  const drawn = await imported(page, file);
  assert.equal(drawn.links.length, 159);
  await reportWhere(page, 'the links are counted', (report) => report.counts.links === 159);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('page and command give the same report for the same file', async () => {
  const { page, context } = await open(chrome, site.address);
  const examples = path.join(root, 'examples');
  const files = fs.readdirSync(examples).filter((name) => name.endsWith('.json'));
  assert.ok(files.length > 0);
  for (const name of files) {
    const file = path.join(examples, name);
    let printed;
    try {
      printed = execFileSync(weft, ['check', file, '--format', 'json'], { encoding: 'utf8' });
    } catch (error) {
      printed = error.stdout; // 1 means findings
    }
    const native = JSON.parse(printed);
    await page.evaluate((text) => window.weft.load(text), fs.readFileSync(file, 'utf8'));
    const links = (await design(page)).links?.length ?? 0;
    const shown = await reportWhere(page, `${name} is evaluated`, (report) => report.counts.links === links && report.design === native.design);
    assert.deepEqual(shown, native, name);
  }
  await context.close();
});

test('forwarding tables come in with their fabric, or into it; what does not fit leaves it as it is', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  const folder = path.join(root, 'tests/corpus/tables');
  const [fabric, tables] = ['square.ibnetdiscover', 'square.lfts'].map((name) => path.join(folder, name));
  const routed = () => page.waitForFunction(() => JSON.parse(window.weft.getDesign()).fabrics?.[0]?.tables?.rows?.length === 4, null, { timeout: 15000 });

  // Into an empty page, alone: one sentence, nothing is drawn.
  await choose(page, tables);
  await page.getByText('the dump has tables of 4 switches').first().waitFor();
  assert.equal((await design(page)).nodes, undefined);

  // Both at once, whichever comes first.
  await choose(page, [tables, fabric]);
  await routed();
  const drawn = await design(page);
  assert.deepEqual([drawn.nodes.length, drawn.fabrics[0].routing, drawn.fabrics[0].tables.from], [8, 'tables', 'square.lfts']);
  await page.getByText('Read the forwarding tables of 4 switches').first().waitFor();
  await reportWhere(page, 'numbers go by the tables', (report) => JSON.stringify(report.estimates).includes('forwarding tables as imported (4 switches, from square.lfts)'));

  // The fabric is selected; its setting says where its tables are from, and gives them up.
  const field = page.locator('.inspector label', { has: page.getByText('Forwarding tables', { exact: true }) }).locator('select');
  assert.equal(await field.inputValue(), 'as imported (4 switches, from square.lfts)');
  await field.selectOption('');
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).fabrics[0].tables === undefined);
  await reportWhere(page, 'tables are filled anew', (report) => JSON.stringify(report.estimates).includes('as a subnet manager fills them'));
  await page.keyboard.press('Control+z');
  await routed();

  // A dump that cannot be: one sentence with its line, and the design stays.
  const before = await page.evaluate(() => window.weft.getDesign());
  await choose(page, { name: 'wrong.lfts', mimeType: 'text/plain', buffer: Buffer.from('# all\nUnicast lids [0x0-0xf] of switch Lid 4\n0x0001 001\n') });
  await page.getByText('“wrong.lfts”, line 2: a table needs the GUID of its switch').first().waitFor();
  assert.equal(await page.evaluate(() => window.weft.getDesign()), before);
  assert.deepEqual(complaints, []);
  await context.close();
});
