// An architect's task: a 256-XPU rail fabric comes with two cables crossed; it is drawn, the mistake is found, looked at and fixed. Real events throughout;
// the automation object only plants the mistake and reads back. The five screenshots are those of the README.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { browser, design, open, reportWhere, screenshot, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const errors = (report) => report.diagnostics.filter((d) => d.severity === 'error');
const settle = (page) => page.waitForTimeout(400);

test('a crossed pair of cables in a 256-XPU rail fabric is found and fixed', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { width: 1280, height: 800 });

  // 1. Choose the template; the counts are there before anything is drawn.
  await page.getByRole('button', { name: /Start from a template/ }).click();
  const dialog = page.getByRole('dialog', { name: /template/i });
  await dialog.getByRole('button', { name: /Rail-optimised/ }).click();
  await dialog.getByText(/256/).first().waitFor();
  await screenshot(page, 'task-1-template.png');
  await dialog.getByRole('button', { name: 'Create' }).click();

  // 2. It is drawn, checked and estimated.
  const clean = await reportWhere(page, '256 XPUs are counted', (report) => report.counts.xpus === 256);
  assert.deepEqual(errors(clean), [], 'the template is free of errors');
  await page.getByRole('tab', { name: /Estimates/ }).click();
  await settle(page);
  await screenshot(page, 'task-2-drawn.png');

  // The mistake: two cables of one server end on each other's leaf.
  const drawn = await design(page);
  const server = drawn.nodes.find((node) => node.name === 'dgx-12').id;
  const own = drawn.links.filter((link) => link.ends.some((end) => end.startsWith(`${server}/`)));
  const [a, b] = [own[4], own[1]];
  const leafEnd = (link) => (link.ends[0].startsWith(`${server}/`) ? 1 : 0);
  [a.ends[leafEnd(a)], b.ends[leafEnd(b)]] = [b.ends[leafEnd(b)], a.ends[leafEnd(a)]];
  await page.evaluate((text) => window.weft.load(text), JSON.stringify(drawn));

  // 3. It is found.
  await page.getByRole('tab', { name: /Findings/ }).click();
  const found = await reportWhere(page, 'the crossed pair is found', (report) => report.diagnostics.some((d) => d.code === 'rail-misaligned'));
  assert.equal(errors(found).length, 1, 'and nothing else is blamed');
  const card = page.locator('article', { hasText: 'rail-misaligned' });
  await card.waitFor();
  await card.locator('button').first().click();
  await settle(page);
  await screenshot(page, 'task-3-found.png');

  // 4. Why it matters.
  await card.getByRole('button', { name: 'Why' }).click();
  await settle(page);
  await screenshot(page, 'task-4-why.png');
  assert.match(await card.innerText(), /Why it matters/);

  // 5. Fixed by its button, in one step.
  await card.locator('.button.primary').click();
  const fixed = await reportWhere(page, 'no error is left', (report) => errors(report).length === 0);
  assert.equal(fixed.counts.xpus, 256);
  await page.getByRole('tab', { name: /Estimates/ }).click();
  await settle(page);
  await screenshot(page, 'task-5-fixed.png');
  await page.keyboard.press('Control+z');
  await reportWhere(page, 'undo brings the mistake back', (report) => report.diagnostics.some((d) => d.code === 'rail-misaligned'));
  await page.keyboard.press('Control+Shift+z');
  await reportWhere(page, 'redo takes it away again', (report) => errors(report).length === 0);
  assert.deepEqual(complaints, []);
  await context.close();
});
