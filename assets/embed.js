// Weft inside another page (`?embed`, docs/guide/embedding.md): offers `window.weft` to the page around it. One message in the open says
// hello; whoever answers it as asked hands over a port, and everything after that goes through the port alone.

const VERSION = 1;
// A page that has drawn nothing after so many milliseconds is not seen.
const UNSEEN = 2000;
const METHODS = ['load', 'getDesign', 'getReport', 'dispatch', 'undo', 'redo', 'select', 'fit', 'whereIs', 'freePorts', 'setTheme'];
const EVENTS = ['change', 'report', 'select', 'error'];

/** Says hello to the page around this one and serves the first that answers. `allowed` lists the origins that may; empty allows any. */
export function offer(weft, allowed) {
  const nonce = [...crypto.getRandomValues(new Uint32Array(4))].join('-');
  addEventListener('message', function answer(event) {
    const said = event.data;
    if (event.source !== parent || said?.weft !== VERSION || said.type !== 'init' || said.nonce !== nonce || !event.ports[0]) return;
    if (allowed.length && !allowed.includes(event.origin)) return;
    removeEventListener('message', answer);
    serve(weft, event.ports[0]);
  });
  parent.postMessage({ weft: VERSION, type: 'hello', versions: [VERSION], nonce }, '*');
}

function serve(weft, port) {
  // Changes that the page around asked for are not told back to it: two pages that follow each other would never come to rest.
  let asked = 0;
  for (const name of EVENTS) {
    weft.addEventListener(name, (event) => {
      if (name !== 'change' || !asked) port.postMessage({ event: name, detail: event.detail ?? null });
    });
  }
  port.onmessage = async ({ data }) => {
    const { id, call, argument } = data ?? {};
    asked += 1;
    try {
      if (!METHODS.includes(call)) throw new Error(`Weft has no “${String(call).slice(0, 40)}”; it has ${METHODS.join(', ')}.`);
      port.postMessage({ id, value: (await weft[call](argument)) ?? null });
    } catch (error) {
      port.postMessage({ id, error: String(error?.message ?? error) });
    } finally {
      // An event of this call is sent in a task of its own, before this one.
      setTimeout(() => { asked -= 1; });
    }
  };
  // A frame that is scrolled out of sight draws nothing, and can be used all the same.
  const unseen = new Promise((resolve) => setTimeout(resolve, UNSEEN));
  Promise.race([weft.ready, unseen]).then(() => port.postMessage({ event: 'ready', detail: null }));
}
