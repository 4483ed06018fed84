// Times each step of the engine in this browser and shows the medians in milliseconds.
import init, { Bench, Deadlock, Large } from './weft-bench.js';

const { memory } = await init();

/** The medians of steps, by their names, with what the memory of all designs so far took at once: it never shrinks. */
async function medians(row, steps) {
  for (const [name, step] of Object.entries(steps)) {
    step(); // once unmeasured: the browser compiles hot code meanwhile
    const times = [];
    const until = performance.now() + 3000;
    while (times.length < 15 && (times.length < 5 || performance.now() < until)) {
      const start = performance.now();
      step();
      times.push(performance.now() - start);
    }
    row[name] = Number(times.sort((a, b) => a - b)[Math.floor(times.length / 2)].toFixed(2));
    await new Promise((done) => setTimeout(done));
  }
  row.MB = Math.round(memory.buffer.byteLength / 1e6);
  return row;
}

const small = [];
const each = ['open', 'save', 'compile', 'check', 'estimate', 'evaluate', 'edit', 'rename', 'write', 'scene'];
const designs = [['k = 8', 'fat-tree', 'k', 8], ['k = 16', 'fat-tree', 'k', 16], ['k = 32', 'fat-tree', 'k', 32], ['65,536 XPUs', 'rail-optimised', 'servers', 8192]];
for (const [name, ...design] of designs) {
  const bench = new Bench(...design);
  const row = { design: name, nodes: bench.nodes(), links: bench.links() };
  small.push(await medians(row, Object.fromEntries(each.map((step) => [step, () => bench[step]()]))));
  bench.free();
}

const verdicts = [];
for (const [name, ...design] of [['k = 16, fewest hops', 16, false], ['k = 16, up/down', 16, true]]) {
  const bench = new Deadlock(...design);
  verdicts.push(await medians({ deadlock: name }, { verdict: () => bench.verdict() }));
  bench.free();
}

// "ten" is with ten links failed.
const large = [];
for (const k of [16, 48, 74]) {
  const bench = new Large(k);
  const steps = {
    structure: () => bench.structure(),
    hops: () => bench.hops(),
    paths: () => bench.route(),
    'max-min': () => bench.fill(),
    symmetries: () => bench.symmetries(false),
    'all-to-all': () => bench.allToAll(false),
    'sym. ten': () => bench.symmetries(true),
    'a2a ten': () => bench.allToAll(true),
    ...(k <= 48 && { 'rank links': () => bench.rank() }),
  };
  large.push(await medians({ design: `k = ${k}`, nodes: bench.nodes(), links: bench.links() }, steps));
  bench.free();
}

const tables = [small, verdicts, large].map((rows) => {
  const heads = Object.keys(rows[0]).filter((head) => head !== 'MB').concat('MB');
  const wide = (cell) => String(cell).padStart(Math.max(11, ...rows.map((row) => String(row[heads[0]]).length + 1)));
  return [heads, ...rows.map((row) => heads.map((head) => row[head] ?? ''))].map((cells) => cells.map(wide).join('')).join('\n');
});
document.getElementById('table').textContent = tables.join('\n\n');
window.benchRows = { small, verdicts, large };
