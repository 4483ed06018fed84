// The page itself: it starts under its policy, at every size, in both themes, without a violation of accessibility.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axe, browser, open, reportWhere, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

test('the page starts without a complaint, and its policy is in force', async () => {
  const { page, context, complaints } = await open(chrome, site.address);
  assert.deepEqual(complaints, []);
  const blocked = await page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML('beforeend', '<b>x</b>');
      return false;
    } catch {
      return true;
    }
  });
  assert.ok(blocked, 'Trusted Types refuse markup made of text');
  await context.close();
});

for (const theme of ['light', 'dark']) {
  for (const [width, height] of [[1280, 800], [800, 600], [390, 780]]) {
    test(`axe finds nothing at ${width} × ${height}, ${theme}`, async () => {
      const { page, context } = await open(chrome, site.address, { query: '?template=rail-optimised&servers=4', theme, width, height });
      await reportWhere(page, 'the fabric is evaluated', (report) => report.counts.xpus > 0);
      assert.deepEqual(await axe(page), []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `nothing stands out of the page (${wide} px)`);
      await context.close();
    });
  }
  test(`axe finds nothing in panels and dialogs, ${theme}`, async () => {
    const { page, context } = await open(chrome, site.address, { query: '?template=rail-optimised&servers=4', theme });
    await reportWhere(page, 'the fabric is evaluated', (report) => report.counts.xpus > 0);
    for (const tab of ['Estimates', 'Inspector', 'Outline']) {
      await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
      if (tab === 'Inspector') await page.evaluate(() => window.weft.select(['n1']));
      if (tab === 'Estimates') await page.locator('.estimate-row').first().click();
      await page.waitForTimeout(150);
      assert.deepEqual(await axe(page), [], tab);
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
    assert.deepEqual(await axe(page), [], 'shortcuts');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.locator('dialog[open]').waitFor();
    assert.deepEqual(await axe(page), [], 'commands');
    await context.close();
  });
}

test('an address opens a generated design and leaves the three marks', async () => {
  const { page, context } = await open(chrome, site.address, { query: '?template=fat-tree&k=8' });
  const found = await reportWhere(page, 'a k = 8 fat tree is counted', (report) => report.counts.links === 384);
  assert.equal(found.counts.switches, 80);
  const marks = await page.evaluate(() => ['weft:design-parsed', 'weft:first-frame', 'weft:report'].map((name) => performance.getEntriesByName(name).at(-1)?.startTime ?? null));
  assert.ok(marks.every((time) => time > 0), JSON.stringify(marks));
  assert.ok(marks[0] <= marks[1], 'parsed before it is drawn');
  await context.close();
});

test('an address opens a design of the same origin, and refuses another', async () => {
  const { page, context } = await open(chrome, site.address, { query: '?src=designs/leaf-spine.json' });
  await reportWhere(page, 'the example is counted', (report) => report.counts.links > 0);
  await context.close();
  const second = await open(chrome, site.address, { query: '?src=https://example.com/x.json' });
  await second.page.locator('[data-toast]').waitFor();
  await second.context.close();
});

test('figures that are recalled are marked, and can be left out', async () => {
  const { page, context } = await open(chrome, site.address, { query: '?template=rail-optimised&servers=4' });
  const used = await reportWhere(page, 'a number rests on a recalled figure', (report) => report.estimates.some((e) => e.recalled));
  const keys = used.estimates.filter((e) => e.recalled && e.value != null).map((e) => e.key);
  await page.getByRole('tab', { name: /^Estimates/ }).click();
  assert.ok(await page.locator('.estimate-value.recalled').count() > 0, 'drawn differently');
  const text = await page.evaluate(() => JSON.stringify({ ...JSON.parse(window.weft.getDesign()), settings: { recalled: 'left-out' } }));
  await page.evaluate((text) => window.weft.load(text), text);
  const without = await reportWhere(page, 'recalled figures are left out', (report) => keys.every((key) => report.estimates.find((e) => e.key === key)?.value == null));
  assert.ok(keys.every((key) => without.estimates.find((e) => e.key === key).value !== 0), 'unknown, never zero');
  await context.close();
});

test('a link holds the whole design', async () => {
  const { page, context } = await open(chrome, site.address, { query: '?template=leaf-spine' });
  const drawn = await page.evaluate(() => window.weft.getDesign());
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /link/i }).click();
  await page.locator('[data-toast]').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.startsWith(site.address) && link.includes('#d='), link.slice(0, 60));
  await context.close();

  const other = await open(chrome, site.address, { query: link.slice(site.address.length + 1) });
  assert.equal(await other.page.evaluate(() => window.weft.getDesign()), drawn);
  await other.context.close();
  const broken = await open(chrome, site.address, { query: link.slice(site.address.length + 1, -20) });
  await broken.page.locator('[data-toast]').waitFor();
  assert.equal(await broken.page.evaluate(() => JSON.parse(window.weft.getDesign()).nodes ?? null), null);
  await broken.context.close();
});

test('what is chosen is told where the system sets the colours, and starting is told until the page stands', async () => {
  const context = await chrome.newContext({ viewport: { width: 1280, height: 800 }, forcedColors: 'active' });
  const page = await context.newPage();
  let start;
  const held = new Promise((resolve) => { start = resolve; });
  await page.route('**/*.wasm', async (route) => { await held; await route.continue(); });
  await page.goto(site.address, { waitUntil: 'domcontentloaded' });
  await page.getByText('is starting…').waitFor();
  start();
  await page.waitForFunction(() => window.weft?.ready);
  assert.equal(await page.getByText('is starting…').count(), 0);
  const ground = (locator) => locator.evaluate((element) => getComputedStyle(element).backgroundColor);
  for (const role of ['tab', 'button']) {
    const chosen = page.getByRole(role, role === 'tab' ? { selected: true } : { pressed: true }).first();
    const other = page.getByRole(role, role === 'tab' ? { selected: false } : { name: 'Connect (C)' }).first();
    assert.notEqual(await ground(chosen), await ground(other), role);
  }
  await context.close();
});

test('a page to look at speaks of no drawing where there is no design', async () => {
  const { page, context } = await open(chrome, site.address, { query: '?readonly' });
  await page.locator('.findings', { hasText: 'There is no design here to check.' }).waitFor();
  await context.close();
});

test('names of parts are whole, and so is what is counted at the foot', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { query: '?src=designs/nvlink-fusion.json', width: 1280, height: 800 });
  await reportWhere(page, 'the racks are counted', (report) => report.counts.racks === 2);
  await page.locator('#canvas').focus();
  await page.keyboard.press('Control+a');
  await page.locator('.foot', { hasText: 'selected' }).waitFor();
  const cut = await page.locator('#counts, .part-words b').evaluateAll((all) => all.filter((line) => line.scrollWidth > line.clientWidth).map((line) => line.textContent));
  assert.deepEqual(cut, []);
  const figures = await page.locator('.figures').boundingBox();
  const shown = await page.locator('.figures button').evaluateAll((all) => all.map((figure) => figure.getBoundingClientRect()).map(({ top, right }) => ({ top, right })));
  const seen = shown.filter(({ top }) => top < figures.y + figures.height);
  assert.ok(seen.length >= 3, `${seen.length} figures are seen`);
  assert.ok(seen.every(({ right }) => right <= figures.x + figures.width + 1), 'and no figure is seen in part');
  assert.deepEqual(complaints, []);
  await context.close();
});
