// <weft-designer>: Weft as an element of somebody else's page (docs/guide/embedding.md). It shows Weft in a frame, so that neither page can
// reach into the other, and talks to it over one message port.
//
//   <script src="https://weft.example/weft-designer.js"></script>
//   <weft-designer src="pilot.json" readonly theme="dark"></weft-designer>

{
const VERSION = 1;
// The page stands beside this script. A plain script may come from any server without leave of it; a module may where that server allows it,
// and does not say which script runs: then it is the one that has this name.
const script = document.currentScript ?? [...document.scripts].findLast(({ src }) => /\/weft-designer\.js(?:[?#]|$)/.test(src));
if (!script) throw new Error('<weft-designer>: no script of the page is named weft-designer.js, so where Weft stands is not known. Include it by <script src>.');
const HERE = script.src;
const CALLS = ['getReport', 'dispatch', 'undo', 'redo', 'select', 'fit', 'whereIs', 'freePorts'];

class WeftDesigner extends HTMLElement {
  static observedAttributes = ['src', 'readonly', 'theme'];

  #frame = null;
  #port = null;
  #calls = new Map();
  #number = 0;
  #design = null;
  #begun = null;
  #loads = 0;

  // Each waits until Weft can be used.
  static {
    for (const call of CALLS) {
      this.prototype[call] = async function (argument) {
        await this.ready;
        return this.#call(call, argument);
      };
    }
  }

  constructor() {
    super();
    this.#begin();
    const root = this.attachShadow({ mode: 'open' });
    const style = new CSSStyleSheet();
    style.replaceSync(':host { display: block; height: 480px; min-width: 280px; } :host([hidden]) { display: none; } iframe { width: 100%; height: 100%; border: 0; display: block; }');
    root.adoptedStyleSheets = [style];
  }

  /** A promise: Weft can be used, and what `src` or `design` named is open or was refused. */
  get ready() { return this.#begun.promise; }

  /** The design as it was last given or asked for: the text of a design file, or `null`. Set it to text or an object to open that. */
  get design() { return this.#design; }
  set design(value) {
    if (value === null || value === undefined) return;
    this.#design = typeof value === 'string' ? value : JSON.stringify(value);
    this.#loads += 1;
    if (this.#port) this.#open(this.#design);
  }

  /** Opens a design, a graph or a dump in place of the open one. Refused with one sentence. */
  async load(design) {
    this.#loads += 1;
    const text = typeof design === 'string' ? design : JSON.stringify(design);
    await this.ready;
    await this.#call('load', text);
    this.#design = text;
  }

  /** The text of the design as it is now. */
  async getDesign() {
    await this.ready;
    this.#design = await this.#call('getDesign');
    return this.#design;
  }

  connectedCallback() {
    addEventListener('message', this);
    const frame = document.createElement('iframe');
    frame.title = this.getAttribute('title') || 'Weft, a designer of AI fabrics';
    frame.allow = 'clipboard-read; clipboard-write; fullscreen';
    const address = new URL(this.getAttribute('page') || 'index.html', HERE);
    // A page from a disk has no origin that could be named.
    address.searchParams.set('embed', location.origin === 'null' ? '' : location.origin);
    if (this.hasAttribute('readonly')) address.searchParams.set('readonly', '');
    if (this.hasAttribute('theme')) address.searchParams.set('theme', this.getAttribute('theme'));
    frame.src = address.href;
    this.#frame = frame;
    this.shadowRoot.append(frame);
  }

  disconnectedCallback() {
    removeEventListener('message', this);
    this.#frame?.remove();
    this.#port?.close();
    this.#frame = this.#port = null;
    for (const { reject } of this.#calls.values()) reject(new Error('The element was taken out of its page.'));
    this.#calls.clear();
    this.#begin();
  }

  attributeChangedCallback(name, old, value) {
    if (!this.#frame || old === value) return;
    if (name === 'theme') {
      this.#call('setTheme', value ?? 'system').catch(() => {});
    } else if (name === 'src') {
      this.#fetch();
    } else {
      // What may be edited is settled when a page starts.
      this.disconnectedCallback();
      this.connectedCallback();
    }
  }

  /** The hello of the frame. Nobody else is answered, and nothing but the port is handed over. */
  handleEvent(event) {
    const said = event.data;
    if (!this.#frame || event.source !== this.#frame.contentWindow || said?.weft !== VERSION || said.type !== 'hello' || !said.versions?.includes(VERSION)) return;
    const origin = new URL(this.#frame.src).origin;
    if (event.origin !== origin) return;
    const { port1, port2 } = new MessageChannel();
    this.#port?.close();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#heard(data);
    // A page from a disk is of no origin, and can be written to only so.
    this.#frame.contentWindow.postMessage({ weft: VERSION, type: 'init', version: VERSION, nonce: said.nonce }, origin === 'null' ? '*' : origin, [port2]);
  }

  #heard(data) {
    if (data.event === 'ready') {
      const first = this.#design !== null ? this.#open(this.#design) : this.#fetch();
      first.then(() => this.#begun.resolve()).then(() => this.#tell('ready', null));
    } else if (data.event) {
      this.#tell(data.event, data.detail);
    } else {
      const waiting = this.#calls.get(data.id);
      this.#calls.delete(data.id);
      if ('error' in data) waiting?.reject(new Error(data.error)); else waiting?.resolve(data.value);
    }
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }

  #begin() {
    this.#begun = {};
    this.#begun.promise = new Promise((resolve) => { this.#begun.resolve = resolve; });
  }

  #call(call, argument) {
    return new Promise((resolve, reject) => {
      if (!this.#port) return reject(new Error('Weft is not in this page yet.'));
      const id = (this.#number += 1);
      this.#calls.set(id, { resolve, reject });
      this.#port.postMessage({ id, call, argument });
    });
  }

  /** Opens text; what is refused is told by an `error` event of the frame. */
  #open(text) { return this.#call('load', text).catch(() => {}); }

  /** Opens what `src` names. The page around fetches it, with its own rights. */
  async #fetch() {
    const source = this.getAttribute('src');
    if (!source || !this.#port) return;
    const load = (this.#loads += 1);
    try {
      const response = await fetch(new URL(source, document.baseURI));
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      const text = await response.text();
      // Something else was opened meanwhile.
      if (load !== this.#loads) return;
      this.#design = text;
      await this.#open(text);
    } catch (error) {
      this.#tell('error', `“${source}” could not be opened: ${error.message}.`);
    }
  }
}

customElements.define('weft-designer', WeftDesigner);
}
