// Starts the one wasm file as the page or, inside a worker, as the engine. It also keeps what must outlive a panic: after a
// trap the wasm instance is never called again, so the crash dialog and the way to the raw data are plain script.
import init from './weft-app.js';

const page = typeof window !== 'undefined';
// In a page of one file (`onepage.js`) everything stands in the document itself, and its first script says where.
const packed = globalThis.weftPacked;
const own = page && (packed ? packed.boot : new URL('boot.js', import.meta.url).href);
const STARTS = 'weft:failed-starts';

/** Reads all records of the page's storage, without wasm. */
function rawStorage() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('weft');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      const stores = [...db.objectStoreNames];
      if (!stores.length) { db.close(); resolve('{}'); return; }
      const all = {};
      const transaction = db.transaction(stores, 'readonly');
      for (const store of stores) {
        all[store] = [];
        transaction.objectStore(store).openCursor().onsuccess = event => {
          const cursor = event.target.result;
          if (cursor) { all[store].push([cursor.key, cursor.value]); cursor.continue(); }
        };
      }
      transaction.oncomplete = () => { db.close(); resolve(JSON.stringify(all, null, 1)); };
      transaction.onerror = () => { db.close(); reject(transaction.error); };
    };
  });
}

async function downloadRaw() {
  const text = await rawStorage().catch(error => `{"error": ${JSON.stringify(String(error))}}`);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = 'weft-raw-data.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function element(tag, text, parent) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

/** Shows that Weft stopped. Nothing of it is drawn by wasm. */
function crashed(message) {
  if (globalThis.weftPoisoned) return;
  globalThis.weftPoisoned = true;
  window.requestAnimationFrame = () => 0;
  const swallow = event => { if (!event.target?.closest?.('.crash')) { event.stopImmediatePropagation(); } };
  for (const kind of ['click', 'pointerdown', 'pointermove', 'pointerup', 'wheel', 'keydown', 'keyup', 'input', 'change', 'drop', 'dragover', 'paste', 'visibilitychange', 'pagehide', 'resize']) {
    window.addEventListener(kind, swallow, { capture: true });
  }
  const show = () => {
    const dialog = element('dialog', '', document.body);
    dialog.className = 'dialog crash';
    dialog.setAttribute('aria-labelledby', 'crash-title');
    const title = element('h2', 'Weft has stopped', dialog);
    title.id = 'crash-title';
    element('p', 'A mistake of ours, not of yours. Every edit that was marked “Saved” is kept in this browser; reloading brings it back.', dialog);
    const detail = element('pre', message.slice(0, 2000), dialog);
    detail.tabIndex = 0;
    const buttons = element('div', '', dialog);
    buttons.className = 'dialog-buttons';
    const raw = element('button', 'Download raw data', buttons);
    raw.className = 'button';
    raw.addEventListener('click', downloadRaw);
    const reload = element('button', 'Reload', buttons);
    reload.className = 'button primary';
    reload.addEventListener('click', () => location.reload());
    dialog.addEventListener('cancel', event => event.preventDefault());
    dialog.showModal();
    reload.focus();
  };
  if (document.body) show(); else document.addEventListener('DOMContentLoaded', show);
}

function stored(change) {
  try { return change(localStorage); } catch { return undefined; }
}

let trusted = address => address;
if (page && globalThis.trustedTypes) {
  const policy = trustedTypes.createPolicy('weft', {
    createScriptURL: address => {
      if (address === own) return address;
      throw new TypeError('Weft makes workers from its own boot file only.');
    },
  });
  trusted = address => policy.createScriptURL(address);
}

// The program is fetched and compiled once: the page hands it to its workers, which so start without waiting for either.
const fetched = () => (packed ? packed.program() : fetch(new URL('weft-app_bg.wasm', import.meta.url)));
const program = page
  ? WebAssembly.compileStreaming(fetched()).catch(async () => WebAssembly.compile(await (await fetched()).arrayBuffer()))
  : new Promise(resolve => addEventListener('message', event => resolve(event.data), { once: true }));

function startWorker() {
  const worker = new Worker(trusted(own), { type: packed ? 'classic' : 'module', name: 'weft-engine' });
  program.then(compiled => worker.postMessage(compiled));
  return worker;
}

// A message to oneself comes back as a task of its own; a timer would be held back for milliseconds.
const waiting = [];
const turns = new MessageChannel();
turns.port1.onmessage = () => waiting.shift()();

// What wasm may ask of this file.
globalThis.weftHost = {
  turn: () => new Promise(resolve => { waiting.push(resolve); turns.port2.postMessage(null); }),
  worker: startWorker,
  crashed: message => { if (page) crashed(message); else postMessage(JSON.stringify({ kind: 'crashed', message })); },
  downloadRaw,
  failedStarts: () => Number(stored(storage => storage.getItem(STARTS)) ?? 0),
  started: () => stored(storage => storage.removeItem(STARTS)),
  // A file that this page carries in itself; else null.
  carried: async name => (packed ? packed.file(name) : null),
  // An SVG as a PNG of twice the size of what it shows, or as large as programs can show well. The SVG itself fits what shows it.
  picture: async svg => {
    const [width, height] = svg.match(/viewBox="([^"]+)"/)[1].split(' ').slice(2).map(Number);
    const scale = Math.min(2, 4096 / Math.max(width, height));
    const sized = svg.replace('width="100%" height="100%"', `width="${width * scale}" height="${height * scale}"`);
    const address = URL.createObjectURL(new Blob([sized], { type: 'image/svg+xml' }));
    try {
      const image = new Image();
      image.src = address;
      await image.decode();
      const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      return await canvas.convertToBlob({ type: 'image/png' });
    } finally {
      URL.revokeObjectURL(address);
    }
  },
  onePage: async (...what) => (await import('./onepage.js')).onePage(packed, ...what),
  // The automation object is there: whoever embeds this page may have it.
  exposed: async () => {
    const allowed = new URLSearchParams(location.search).get('embed');
    if (allowed !== null && parent !== window) (await import('./embed.js')).offer(window.weft, allowed.split(',').filter(Boolean));
  },
};

if (page) {
  stored(storage => storage.setItem(STARTS, String(Number(storage.getItem(STARTS) ?? 0) + 1)));
  // An error of the browser's that went through wasm left things taken there for ever: that is a crash too, and must not go unseen.
  const went = error => error instanceof WebAssembly.RuntimeError || /\.wasm\b|wasm-function/.test(error?.stack ?? '');
  window.addEventListener('error', event => {
    if (went(event.error)) crashed(event.error.message);
  });
  window.addEventListener('unhandledrejection', event => {
    if (went(event.reason)) crashed(event.reason.message);
  });
}

// The task in which a page's program is compiled to the end is long enough without its start.
const rested = compiled => (page ? new Promise(resolve => setTimeout(() => resolve(compiled))) : compiled);

program.then(rested).then(compiled => init({ module_or_path: compiled })).catch(error => {
  if (page) crashed(`Weft could not start: ${error?.message ?? error}`);
  else postMessage(JSON.stringify({ kind: 'crashed', message: String(error) }));
});
