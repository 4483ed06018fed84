// Times each step of the engine in this browser and shows the medians in milliseconds.
import init, { Bench } from './weft-bench.js';

const { memory } = await init();
const steps = ['open', 'save', 'compile', 'check', 'estimate', 'evaluate', 'edit', 'rename', 'write', 'scene'];
const designs = [['k = 8', 'fat-tree', 'k', 8], ['k = 16', 'fat-tree', 'k', 16], ['k = 32', 'fat-tree', 'k', 32], ['65,536 XPUs', 'rail-optimised', 'servers', 8192]];
const rows = [];
for (const [name, ...design] of designs) {
  const bench = new Bench(...design);
  const row = { design: name, nodes: bench.nodes(), links: bench.links() };
  for (const step of steps) {
    bench[step](); // once unmeasured: the browser compiles hot code meanwhile
    const times = [];
    const until = performance.now() + 3000;
    while (times.length < 15 && (times.length < 5 || performance.now() < until)) {
      const start = performance.now();
      bench[step]();
      times.push(performance.now() - start);
    }
    row[step] = Number(times.sort((a, b) => a - b)[Math.floor(times.length / 2)].toFixed(2));
    await new Promise((done) => setTimeout(done));
  }
  // All that this and the designs before it ever took at once: memory never shrinks.
  row.MB = Math.round(memory.buffer.byteLength / 1e6);
  bench.free();
  rows.push(row);
}
const heads = Object.keys(rows[0]);
const line = (cells) => cells.map((cell) => String(cell).padStart(11)).join('');
document.getElementById('table').textContent = [line(heads), ...rows.map((row) => line(heads.map((head) => row[head])))].join('\n');
window.benchRows = rows;
