// What breaks it: switching things off by key, menu and panel, scenarios as undoable edits, the whole beside what is left.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axe, browser, design, open, reportWhere, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

async function pilot() {
  const opened = await open(chrome, site.address, { query: '?src=designs/rail-pilot-48-xpu.json' });
  await reportWhere(opened.page, 'the fabric is evaluated', (report) => report.estimates.some((estimate) => estimate.key === 'bisection'));
  return opened;
}

const picture = async (page, name) => process.env.WEFT_PICTURES && page.screenshot({ path: `${process.env.WEFT_PICTURES}/failures-${name}.png` });
const off = async (page) => (await design(page)).scenarios?.map((scenario) => [scenario.name, scenario.off ?? []]) ?? [];

test('a leaf switched off by a key stands beside the whole fabric, and comes back by undo', async () => {
  const { page, context, complaints } = await pilot();
  await page.getByRole('tab', { name: 'Failures' }).click();
  assert.deepEqual(await axe(page), [], 'empty');
  await picture(page, 'empty');
  await page.evaluate(() => window.weft.select(['n7']));
  await page.locator('#canvas').focus();
  await page.keyboard.press('x');
  assert.deepEqual(await off(page), [['Scenario 1', ['n7']]]);
  const panel = page.locator('.failures');
  await panel.locator('table.beside').first().waitFor();
  const rows = await panel.locator('table.beside').first().innerText();
  assert.match(rows, /Bisection bandwidth\s+9\.6 Tb\/s\s+8\.4 Tb\/s\s+−12\.5 %/);
  assert.match(await panel.innerText(), /Findings that appear[\s\S]*rail/i);
  assert.deepEqual(await axe(page), [], 'a leaf is off');
  await picture(page, 'leaf');

  await page.evaluate(() => window.weft.undo());
  assert.deepEqual(await off(page), []);
  await panel.locator('table.beside').first().waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
  await context.close();
});

test('an adapter and an NVLink inside a system go off by a click, and on again', async () => {
  const { page, context, complaints } = await pilot();
  await page.getByRole('tab', { name: 'Failures' }).click();
  await page.evaluate(() => window.weft.select(['n9']));
  await page.getByText('Inside dgx-1').click();
  await page.getByRole('button', { name: 'nic1', exact: true }).click();
  await page.getByRole('button', { name: 'xpu1 – nvswitch2', exact: true }).click();
  assert.deepEqual(await off(page), [['Scenario 1', ['n9/nic1', 'n9/xpu1..nvswitch2*1']]]);
  await page.locator('.failures table.beside').first().waitFor();
  assert.match(await page.locator('.failures').innerText(), /All-reduce of 1 GiB/);
  await page.evaluate(() => window.weft.dispatch({ intent: 'zoom', zoom: 'fit-selection' }));
  await page.waitForTimeout(300);
  await picture(page, 'inside');
  await page.getByRole('button', { name: /^Restore nic1|^Restore .*nic1/ }).click();
  await page.getByRole('button', { name: /^Restore one wire/ }).click();
  assert.deepEqual(await off(page), [['Scenario 1', []]]);
  await page.getByText('Nothing is off in this scenario yet').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('scenarios are named, chosen and deleted, and the menu and the outline switch off too', async () => {
  const { page, context, complaints } = await pilot();
  await page.getByRole('tab', { name: 'Failures' }).click();
  await page.getByRole('button', { name: 'New scenario' }).click();
  const name = page.locator('.failures').getByLabel('Name');
  await name.fill('Two planes');
  await name.press('Enter');
  assert.deepEqual(await off(page), [['Two planes', []]]);
  await page.getByRole('tab', { name: 'Outline' }).click();
  await page.locator('#outline').focus();
  await page.keyboard.press('x');
  assert.equal((await off(page))[0][1].length, 1);
  await page.locator('.outline-line', { hasText: '✕ off' }).first().waitFor();
  await page.locator('.failures select').first().selectOption('');
  await page.getByText('✕ off').first().waitFor({ state: 'detached' });
  await page.locator('.failures select').first().selectOption('Two planes');
  await page.getByRole('button', { name: 'Delete scenario' }).click();
  assert.deepEqual(await off(page), []);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('every single failure is ranked, shown in the drawing and switched off', async () => {
  const { page, context, complaints } = await pilot();
  await page.getByRole('tab', { name: 'Failures' }).click();
  await page.getByRole('button', { name: 'Rank every failure' }).click();
  const list = page.locator('.ranked li');
  await list.first().waitFor();
  assert.match(await list.first().innerText(), /leaf-1.* and 7 like it[\s\S]*450 pairs without a route/);
  assert.deepEqual(await axe(page), [], 'ranked');
  await list.first().getByRole('button').first().click();
  await page.getByText('8 selected').waitFor();
  await picture(page, 'ranked');
  await list.first().getByRole('button', { name: /^Switch off/ }).click();
  assert.deepEqual(await off(page), [['Scenario 1', ['n1']]]);
  await page.getByRole('button', { name: 'Rank again' }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('power feeds are stated in the inspector, found wanting, and switched off like anything else', async () => {
  const { page, context, complaints } = await pilot();
  await page.getByRole('tab', { name: 'Inspector' }).click();
  const inspector = page.locator('.inspector');
  const state = async (text) => {
    await inspector.getByLabel('Power feeds').fill(text);
    await inspector.getByLabel('Power feeds').press('Enter');
  };
  await state('A 200 kW, B 200 kW');
  await reportWhere(page, 'racks hang on no feed', (report) => report.diagnostics.some((finding) => finding.code === 'rack-on-one-feed'));
  const racks = (await design(page)).racks.map((rack) => rack.id);
  await page.evaluate((ids) => window.weft.select(ids), racks);
  await state('A, B');
  await reportWhere(page, 'all racks hang on both', (report) => report.estimates.some((estimate) => estimate.key === 'feed-alone/A') && !report.diagnostics.some((finding) => finding.code === 'rack-on-one-feed'));
  await page.evaluate((ids) => window.weft.select(ids), racks.slice(0, 1));
  await state('A, A');
  await page.getByRole('tab', { name: 'Failures' }).click();
  await page.getByText('Power of the hall').click();
  await page.getByRole('button', { name: 'Feed A', exact: true }).click();
  assert.deepEqual(await off(page), [['Scenario 1', ['feed:A']]]);
  await page.locator('.failures table.beside').first().waitFor();
  await page.getByRole('button', { name: 'Restore power feed A' }).waitFor();
  await picture(page, 'feeds');
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(complaints, []);
  await context.close();
});
