// Puts all of Weft and one design into a single HTML file, which opens from a disk or a mail without a server (docs/guide/embedding.md).
// It is made in the browser out of the files that this page itself came from, or out of the file that this page is.

const SCRIPTS = ['boot.js', 'weft-app.js', 'embed.js', 'onepage.js'];

// The first script of such a page: it gives each script an address of its own and starts `boot.js`. Its text is what the page's policy allows.
const START = `
const text = (name) => document.getElementById(name)?.textContent ?? '';
const unpack = async (name, type) => {
  const bytes = await fetch('data:application/octet-stream;base64,' + text(name));
  return new Response(bytes.body.pipeThrough(new DecompressionStream('gzip')), { headers: { 'content-type': type } });
};
const address = (script) => URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
let boot = text('boot.js').replace("import init from './weft-app.js';", 'const init = __wbg_init;');
for (const name of ['embed.js', 'onepage.js']) boot = boot.replace("'./" + name + "'", JSON.stringify(address(text(name))));
// A page from a disk may have no module as its worker, so glue and boot are one plain script.
boot = (text('weft-app.js').replace(/^export .*$/gm, '') + '{' + boot + '}').replaceAll('import.meta.url', 'location.href');
let examples;
globalThis.weftPacked = {
  boot: address(boot),
  text,
  styles: () => document.querySelector('style').textContent,
  program: () => unpack('weft-program', 'application/wasm'),
  file: async (name) => {
    if (name === 'design') return text('weft-design') || null;
    examples ??= unpack('weft-examples', 'application/json').then((answer) => answer.json());
    return (await examples)[name] ?? null;
  },
};
import(globalThis.weftPacked.boot);
`;

/** The text of the page. `packed` is where this page carries its own files, if it is of one file itself; `examples` are addresses of files to take along. */
export async function onePage(packed, title, design, examples) {
  if (!crypto.subtle) throw new Error('the browser makes it on https, on localhost or from a disk only');
  const parts = packed ? carried(packed) : await served(examples);
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${await digest(START)}' 'wasm-unsafe-eval' blob:`,
    `style-src 'sha256-${await digest(parts.styles)}'`,
    'worker-src blob:',
    'connect-src data:',
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types weft',
  ].join('; ');
  const head = (selector) => document.head.querySelector(selector);
  const meta = (name) => `<meta name="${name}" content="${marked(head(`meta[name="${name}"]`)?.content ?? '')}">`;
  const block = (id, text) => `<script type="text/plain" id="${id}">${text}</script>`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    ...['viewport', 'color-scheme', 'description'].map(meta),
    `<title>${marked(title)}</title>`,
    `<link rel="icon" href="${marked(head('link[rel="icon"]')?.getAttribute('href') ?? '')}">`,
    `<style>${parts.styles}</style>`,
    '</head>',
    '<body>',
    '<div id="app"></div>',
    `<noscript>${marked(document.querySelector('noscript')?.textContent ?? '')}</noscript>`,
    // Nothing in a design can end the block it stands in.
    block('weft-design', design.replaceAll('<', '\\u003c')),
    ...SCRIPTS.map((name) => block(name, parts.scripts[name])),
    block('weft-examples', parts.examples),
    block('weft-program', parts.program),
    `<script type="module">${START}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function carried(packed) {
  return {
    styles: packed.styles(),
    scripts: Object.fromEntries(SCRIPTS.map((name) => [name, packed.text(name)])),
    examples: packed.text('weft-examples'),
    program: packed.text('weft-program'),
  };
}

async function served(examples) {
  const beside = (name) => new URL(name, import.meta.url);
  const sheets = [...document.head.querySelectorAll('link[rel="stylesheet"]')].map((link) => text(link.href));
  const scripts = SCRIPTS.map(async (name) => [name, (await text(beside(name))).replaceAll('</script', '<\\/script')]);
  const texts = examples.map(async (name) => [name, await text(new URL(name, location.href))]);
  return {
    styles: (await Promise.all(sheets)).join('\n'),
    scripts: Object.fromEntries(await Promise.all(scripts)),
    examples: await pack(new Blob([JSON.stringify(Object.fromEntries(await Promise.all(texts)))])),
    program: await pack(await (await got(beside('weft-app_bg.wasm'))).blob()),
  };
}

async function got(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the server answered ${answer.status} for ${address}`);
  return answer;
}

const text = async (address) => (await got(address)).text();

/** Packed, as text. */
async function pack(blob) {
  const packed = await new Response(blob.stream().pipeThrough(new CompressionStream('gzip'))).blob();
  const reader = new FileReader();
  await new Promise((resolve, reject) => {
    reader.onload = resolve;
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(packed);
  });
  return reader.result.slice(reader.result.indexOf(',') + 1);
}

async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...bytes));
}

const marked = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.codePointAt(0)};`);
