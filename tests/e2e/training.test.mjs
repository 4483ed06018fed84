// A training step on the drawn fabric: made, changed and undone by real events, estimated in the worker, shown part by part.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axe, browser, design, open, reportWhere, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

async function panel(options = {}) {
  const opened = await open(chrome, site.address, { query: '?src=designs/rail-pilot-48-xpu.json', ...options });
  await reportWhere(opened.page, 'the fabric is evaluated', (report) => report.estimates.some((estimate) => estimate.key === 'bisection'));
  if (options.viewport && options.viewport.width < 800) await opened.page.getByRole('button', { name: /Findings|Inspect/ }).first().click();
  await opened.page.getByRole('tab', { name: 'Traffic' }).click();
  await opened.page.getByRole('tab', { name: 'Training step' }).or(opened.page.getByRole('radio', { name: 'Training step' })).or(opened.page.getByRole('button', { name: 'Training step' })).first().click();
  return { ...opened, training: opened.page.locator('.training') };
}

const picture = async (page, name) => process.env.WEFT_PICTURES && page.screenshot({ path: `${process.env.WEFT_PICTURES}/training-${name}.png` });
const jobs = async (page) => (await design(page)).workloads ?? [];
const settled = (page) => page.waitForFunction(() => document.querySelector('.training-result')?.getAttribute('aria-busy') === 'false');

test('a model is chosen, its step is estimated, a degree is changed and undone', async () => {
  const { page, context, complaints, training } = await panel();
  assert.deepEqual(await axe(page), [], 'empty');
  await picture(page, 'empty');
  await training.getByRole('button', { name: 'Llama 3.1 8B' }).click();
  await training.locator('.parts-of-step').waitFor();
  await settled(page);
  assert.deepEqual((await jobs(page)).map((job) => job.model), ['llama-3.1-8b']);
  const before = await training.locator('.fact.main').innerText();
  assert.match(before, /\d m?s\s+a step/);
  assert.match(await training.locator('.parts-of-step').innerText(), /Computing[\s\S]*Data/);
  assert.deepEqual(await axe(page), [], 'estimated');
  await picture(page, 'step');

  const sequence = training.getByLabel('Sequence', { exact: true });
  await sequence.fill('4096');
  await sequence.press('Enter');
  await page.waitForFunction((text) => document.querySelector('.fact.main')?.textContent !== text && document.querySelector('.training-result')?.getAttribute('aria-busy') === 'false', before.replace('\n', ' '));
  assert.deepEqual((await jobs(page))[0].plan, { sequence: 4096 });
  assert.notEqual(await training.locator('.fact.main').innerText(), before);
  await page.evaluate(() => window.weft.undo());
  await settled(page);
  assert.equal((await jobs(page))[0].plan, undefined);

  const tensor = training.getByLabel('Tensor parallel', { exact: true });
  await tensor.fill('5');
  await tensor.press('Enter');
  await training.getByText('does not divide the 32 attention heads').waitFor();
  await picture(page, 'refused');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('groups are told by name, shown in the drawing, and two XPUs change places', async () => {
  const { page, context, complaints, training } = await panel();
  await training.getByRole('button', { name: 'Llama 3.1 70B' }).click();
  await training.locator('.parts-of-step').waitFor();
  await training.getByText('Ranks on XPUs').click();
  const groups = training.locator('.rank-groups tr');
  await groups.first().waitFor();
  assert.match(await groups.first().innerText(), /xpu1/);
  await training.getByRole('button', { name: 'Show group 1', exact: true }).click();
  await page.locator('.foot').getByText(/[1-9]\d* selected/).waitFor();
  const named = (await groups.first().innerText()).match(/([^\s,]+) xpu1/)[1];
  const first = (await design(page)).nodes.find((node) => node.name === named || node.id === named).id;
  const swap = training.getByLabel('Swap two XPUs');
  await swap.fill(`${first}/xpu1, ${first}/xpu2`);
  await swap.press('Enter');
  await training.getByRole('button', { name: 'Put back' }).waitFor();
  assert.deepEqual((await jobs(page))[0].swaps, [[`${first}/xpu1`, `${first}/xpu2`]]);
  await picture(page, 'ranks');
  const legend = page.getByRole('region', { name: 'Legend of groups' });
  await training.getByRole('button', { name: 'Colour XPUs by group' }).click();
  await legend.waitFor();
  assert.match(await legend.innerText(), /Tensor groups: Llama 3\.1 70B[\s\S]*1\s+\S+\/xpu\d … /);
  await training.getByLabel('Groups along').selectOption('data');
  await legend.getByText('Data groups: Llama 3.1 70B').waitFor();
  await picture(page, 'coloured');
  assert.deepEqual(await axe(page), [], 'coloured');
  await training.getByRole('button', { name: 'Put back' }).click();
  await training.getByRole('button', { name: 'Put back' }).waitFor({ state: 'detached' });
  await legend.getByText('Data groups').waitFor();
  await legend.getByRole('button', { name: 'Show groups no more' }).click();
  await legend.waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
  await context.close();
});
