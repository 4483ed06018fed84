// Opens the benchmark page in Chromium and prints its table. Called by `cargo xtask bench --page`, which builds it.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { chromium } from '../../tests/e2e/node_modules/playwright-core/index.mjs';

const folder = process.argv[2];
const kinds = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const server = http.createServer((request, response) => {
  const file = path.join(folder, path.basename(request.url === '/' ? 'index.html' : request.url));
  if (!fs.existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': kinds[path.extname(file)] ?? 'text/plain' });
  fs.createReadStream(file).pipe(response);
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const browser = await chromium.launch({ executablePath: process.env.WEFT_CHROMIUM ?? '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const page = await browser.newPage();
page.on('pageerror', (error) => console.error(String(error)));
await page.goto(`http://127.0.0.1:${server.address().port}/`);
await page.waitForFunction(() => window.benchRows, null, { timeout: 900000 });
console.log('medians in milliseconds, WebAssembly, one core');
console.log(await page.locator('#table').textContent());
await browser.close();
server.close();
