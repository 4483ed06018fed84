// A dump of a running three-tier fat tree, as ibnetdiscover would print it: what an import is measured with.

/** The dump of a fat tree of switches with k ports: k^3/4 hosts, 5k^2/4 switches, 3k^3/4 links. */
export function fatTreeDump(k) {
  const half = k / 2;
  const hex = (kind, number) => (kind * 0x1000000 + number).toString(16).padStart(16, '0');
  const ports = new Map();
  const names = new Map();
  const join = (a, b) => {
    for (const end of [a, b]) if (!ports.has(end)) ports.set(end, []);
    const [from, to] = [ports.get(a).length + 1, ports.get(b).length + 1];
    ports.get(a).push([b, to]);
    ports.get(b).push([a, from]);
  };
  const host = (number) => `H-${hex(0xb, number)}`;
  const leaf = (pod, number) => `S-${hex(0x1, pod * half + number)}`;
  const spine = (pod, number) => `S-${hex(0x2, pod * half + number)}`;
  const core = (number) => `S-${hex(0x3, number)}`;
  for (let pod = 0; pod < k; pod += 1) {
    for (let edge = 0; edge < half; edge += 1) {
      names.set(leaf(pod, edge), `leaf-${pod}-${edge}`);
      names.set(spine(pod, edge), `spine-${pod}-${edge}`);
      for (let seat = 0; seat < half; seat += 1) {
        const number = (pod * half + edge) * half + seat;
        names.set(host(number), `node${number} HCA-1`);
        join(leaf(pod, edge), host(number));
      }
      for (let above = 0; above < half; above += 1) join(leaf(pod, edge), spine(pod, above));
    }
    for (let above = 0; above < half; above += 1) {
      for (let nth = 0; nth < half; nth += 1) {
        names.set(core(above * half + nth), `core-${above}-${nth}`);
        join(spine(pod, above), core(above * half + nth));
      }
    }
  }
  const out = ['#', '# Topology file: generated', '#', ''];
  let lid = 0;
  for (const [id, list] of ports) {
    lid += 1;
    const guid = id.slice(2);
    if (id.startsWith('S')) {
      out.push(`vendid=0x2c9`, `switchguid=0x${guid}(${guid})`, `Switch\t${k} "${id}"\t\t# "${names.get(id)}" base port 0 lid ${lid} lmc 0`);
      list.forEach(([to, at], port) => out.push(`[${port + 1}]\t"${to}"[${at}]${to.startsWith('H') ? `(${to.slice(2)})` : ''} \t\t# "${names.get(to)}" lid 1 4xNDR`));
    } else {
      out.push(`vendid=0x2c9`, `caguid=0x${guid}`, `Ca\t1 "${id}"\t\t# "${names.get(id)}"`);
      list.forEach(([to, at], port) => out.push(`[${port + 1}](${guid}) \t"${to}"[${at}]\t\t# lid ${lid} lmc 0 "${names.get(to)}" lid 1 4xNDR`));
    }
    out.push('');
  }
  return out.join('\n');
}
