// Times each step of the engine in this browser and shows the medians in milliseconds.
import init, { Bench } from './weft-bench.js';

await init();
const steps = ['open', 'save', 'compile', 'check', 'estimate', 'evaluate', 'edit', 'scene'];
const rows = [];
for (const k of [8, 16, 32]) {
  const bench = new Bench(k);
  const row = { k, nodes: bench.nodes(), links: bench.links() };
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
  rows.push(row);
}
const heads = Object.keys(rows[0]);
const line = (cells) => cells.map((cell) => String(cell).padStart(10)).join('');
document.getElementById('table').textContent = [line(heads), ...rows.map((row) => line(heads.map((head) => row[head])))].join('\n');
window.benchRows = rows;
