// The floor plan: racks on tiles, moved by drag and by key, what a rack holds, and where its cables run.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axe, browser, design, drag, middle, open, reportWhere, serve } from './support.mjs';

let chrome, site;
before(async () => { site = await serve(); chrome = await browser(); });
after(async () => { await chrome.close(); site.close(); });

const picture = async (page, name) => process.env.WEFT_PICTURES && page.screenshot({ path: `${process.env.WEFT_PICTURES}/${name}.png` });

for (const theme of ['light', 'dark']) {
  test(`racks are moved by tiles, and the selected one shows what it holds (${theme})`, async () => {
    const { page, context, complaints } = await open(chrome, site.address, { query: '?src=designs/infiniband-ndr.json', theme, width: 1280, height: 900 });
    await reportWhere(page, 'the fabric is evaluated', (report) => report.counts.racks > 0);
    await page.getByRole('button', { name: 'Floor plan', pressed: false }).click();
    const floor = page.locator('.floor');
    await floor.waitFor();
    await page.getByRole('button', { name: 'Floor plan', pressed: true }).click();
    await floor.waitFor({ state: 'detached' });
    await page.locator('#canvas').focus();
    await page.keyboard.press('f');
    await floor.waitFor();
    const onFloor = floor.getByRole('button', { name: /on the floor$/ });
    if (await onFloor.count()) await onFloor.click();
    const rack = floor.locator('[data-rack]').first();
    await rack.waitFor();
    const id = await rack.getAttribute('data-rack');
    const tile = async () => (await design(page)).racks.find((rack) => rack.id === id).tile;
    const start = await tile();
    const from = await middle(rack.locator('.body'));
    const height = (await rack.locator('.aisle').first().boundingBox()).height * 2 + (await rack.locator('.body').boundingBox()).height;
    await drag(page, from, { x: from.x, y: from.y + height });
    assert.deepEqual(await tile(), [start[0], start[1] + 1], 'one line farther');
    await rack.focus();
    await page.keyboard.press('ArrowUp');
    assert.deepEqual(await tile(), start, 'and back by key');
    await floor.getByRole('heading', { name: 'Cables' }).waitFor();
    assert.ok((await floor.locator('.stood').count()) > 0, 'nodes stand in it');
    assert.ok((await floor.locator('.ways li').count()) > 0, 'cables leave it');
    await picture(page, `floor-${theme}`);
    assert.deepEqual(await axe(page), []);
    await page.setViewportSize({ width: 390, height: 780 });
    await picture(page, `floor-phone-${theme}`);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test('the plan opens with all its racks in view', async () => {
  const { page, context, complaints } = await open(chrome, site.address, { query: '?template=rail-optimised&server=dgx-b200', width: 1280, height: 800 });
  await reportWhere(page, '11 racks are counted', (report) => report.counts.racks === 11);
  await page.locator('#canvas').focus();
  await page.keyboard.press('f');
  const last = page.locator('.floor-plan [data-rack]').last();
  await last.waitFor();
  const [frame, rack] = [await page.locator('.floor-frame').boundingBox(), await last.locator('.body').boundingBox()];
  assert.ok(rack.x + rack.width <= frame.x + frame.width, `the last rack ends at ${rack.x + rack.width}, the plan at ${frame.x + frame.width}`);
  assert.deepEqual(complaints, []);
  await context.close();
});
