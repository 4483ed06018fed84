// What is stated in the inspector: settings of fabrics and nodes, requirements, thresholds; one or several, undone in one step.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axe, browser, design, open, reportWhere, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const picture = async (page, name) => process.env.WEFT_PICTURES && page.screenshot({ path: `${process.env.WEFT_PICTURES}/${name}.png` });

test('a fabric is added, given settings, required something of, and all of it is undone', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { query: '?template=leaf-spine', height: 1000 });
  await reportWhere(page, 'the fabric is evaluated', (report) => report.counts.links > 0);
  const before = await design(page);
  await page.getByRole('tab', { name: 'Inspector' }).click();
  const inspector = page.locator('.inspector');
  await picture(page, 'stated-design');
  assert.deepEqual(await axe(page), [], 'the design');

  const fabrics = (before.fabrics ?? []).length;
  await inspector.getByRole('button', { name: 'Add a fabric' }).click();
  const name = `Fabric ${fabrics + 1}`;
  await page.waitForFunction((count) => JSON.parse(window.weft.getDesign()).fabrics?.length === count, fabrics + 1);
  const added = async () => (await design(page)).fabrics.at(-1);

  await inspector.getByLabel('Role').selectOption('fronthaul');
  await inspector.getByLabel('Lossless').selectOption('true');
  const mtu = inspector.getByLabel('MTU');
  assert.equal(await mtu.getAttribute('placeholder'), 'not stated', 'what holds without it is shown');
  await mtu.fill('9 kB');
  await mtu.press('Enter');
  await inspector.getByLabel('Protocol').selectOption('roce-400');
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).fabrics.at(-1).mtu === 9000);
  const stated = await added();
  assert.deepEqual([stated.role, stated.lossless, stated.protocol], ['fronthaul', true, 'roce-400'], stated.name);

  await inspector.getByLabel('LMC').fill('12');
  await inspector.getByLabel('LMC').press('Enter');
  await page.getByText('“12” is no whole number from 0 to 7').waitFor();
  assert.equal((await added()).lmc, undefined);

  const latency = inspector.getByLabel('Latency at most');
  await latency.fill('3 µs');
  await latency.press('Enter');
  await page.waitForFunction(() => JSON.parse(window.weft.getDesign()).requirements?.[0]?.ns === 3000);
  assert.equal((await design(page)).requirements[0].fabric, stated.id);
  await picture(page, 'stated-fabric');
  assert.deepEqual(await axe(page), [], name);

  for (let step = 0; step < 6; step += 1) await page.evaluate(() => window.weft.undo());
  assert.deepEqual(await design(page), before);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('several nodes are set at once, and a threshold of the design changes what is found', async () => {
  const { page, context } = await open(chrome, site.address, { query: '?template=leaf-spine&leaves=4&spines=2', height: 1000 });
  await reportWhere(page, 'few spines are told', (report) => report.diagnostics.some((finding) => finding.code === 'spines-few'));
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await page.getByText('Thresholds of rules').click();
  const spines = page.getByLabel('Spines of a compute fabric, at least');
  assert.equal(await spines.getAttribute('placeholder'), '4 spines');
  await spines.fill('2');
  await spines.press('Enter');
  await reportWhere(page, 'two spines are enough', (report) => !report.diagnostics.some((finding) => finding.code === 'spines-few'));
  await picture(page, 'stated-thresholds');
  assert.deepEqual(await axe(page), [], 'thresholds');

  const switches = (await design(page)).nodes.filter((node) => /switch|qm|sn/.test(node.part)).slice(0, 2).map((node) => node.id);
  await page.evaluate((ids) => window.weft.select(ids), switches);
  await page.getByLabel('PTP').selectOption('true');
  await page.waitForFunction((ids) => JSON.parse(window.weft.getDesign()).nodes.filter((node) => ids.includes(node.id)).every((node) => node.ptp === true), switches);
  await page.evaluate((id) => window.weft.dispatch({ intent: 'edit', subjects: [id], field: 'setting', key: 'mtu', value: '9000' }), switches[0]);
  await page.waitForFunction(() => document.querySelector('.inspector input[placeholder="Mixed"]'));
  await picture(page, 'stated-nodes');
  await context.close();
});
