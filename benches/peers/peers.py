"""The jobs of benches/peers/main.rs done by others: igraph, networkx, SimGrid and ibdmchk, on the fabrics and flows it wrote.

usage: peers.py FOLDER OWN.tsv. Prints, as Markdown, what each took in this run and how many times as long as Weft. Building a peer's graph
out of the file is not counted, nor is starting it, except for ibdmchk, which is a program: there all of it is. A peer that cannot be
imported or started is named as missing; an answer that differs from Weft's is marked."""
import os, subprocess, sys, time
from pathlib import Path

folder, own_file = Path(sys.argv[1]), sys.argv[2]
own = {}
for line in Path(own_file).read_text().splitlines():
    if line.count("\t") == 3:
        job, size, ms, answer = line.split("\t")
        own[job, size] = (float(ms), answer)
rows, missing = [], []


def load(k):
    lines = (folder / f"{k}.graph").read_text().splitlines()
    links = [(int(a), int(b), float(rate)) for a, b, rate in (line.split() for line in lines[2:])]
    return int(lines[0]), [at for at, kind in enumerate(lines[1]) if kind == "h"], links


def least(work, runs=3):
    best = None
    for _ in range(runs):
        start = time.perf_counter()
        done = work()
        taken = (time.perf_counter() - start) * 1e3
        best = taken if best is None else min(best, taken)
    return best, done


def row(job, k, peer, ms, answer):
    mine, right = own[job, f"k={k}"]
    same = abs(float(answer) - float(right)) <= 1e-6 * abs(float(right)) if job.startswith("max") else str(answer) == right
    rows.append((job, f"k={k}", mine, peer, ms, "" if same else f"answers {answer}, Weft {right}"))


def igraph_jobs():
    import igraph
    name = f"igraph {igraph.__version__}"
    for k in (16, 32, 48, 74):
        count, hosts, links = load(k)
        graph = igraph.Graph(count, [(a, b) for a, b, _ in links])
        ms, found = least(lambda: (len(graph.connected_components()), len(graph.bridges()), len(graph.articulation_points())))
        row("structure", k, name, ms, "%d %d %d" % found)
        if k <= 16:
            ms, found = least(lambda: sum(map(sum, graph.distances(hosts, hosts))), 1)
            row("hops of all pairs", k, name, ms, int(found))


def networkx_jobs():
    import networkx as nx
    name = f"networkx {nx.__version__}"
    for k in (16, 32):
        count, hosts, links = load(k)
        graph = nx.Graph((a, b) for a, b, _ in links)
        ms, found = least(lambda: (nx.number_connected_components(graph), sum(1 for _ in nx.bridges(graph)), sum(1 for _ in nx.articulation_points(graph))), 1)
        row("structure", k, name, ms, "%d %d %d" % found)
    count, hosts, links = load(16)
    graph = nx.Graph((a, b) for a, b, _ in links)
    inside = set(hosts)

    def hops():
        return sum(hop for host in hosts for other, hop in nx.single_source_shortest_path_length(graph, host).items() if other in inside)

    ms, found = least(hops, 1)
    row("hops of all pairs", 16, name, ms, found)


# Flows of which each sends what Weft says it can in one second: if SimGrid shares alike, all end after one second, and it shares once.
SIMGRID = """
import sys, time, simgrid as s
from pathlib import Path
folder, k = Path(sys.argv[1]), sys.argv[2]
options = ["network/model:CM02", "network/TCP-gamma:0", "network/bandwidth-factor:1", "network/latency-factor:1", "network/weight-S:0",
           "network/crosstraffic:0", "network/loopback-lat:0"]
engine = s.Engine(["bench", "--log=root.thres:error"] + ["--cfg=" + option for option in options])
lines = (folder / (k + ".graph")).read_text().splitlines()
zone = s.NetZone.create_full_zone("fabric")
hosts = {at: zone.create_host(str(at), 1e9) for at, kind in enumerate(lines[1]) if kind == "h"}
arcs = []
for line in lines[2:]:
    for way in "ab":
        link = zone.create_link(str(len(arcs)), float(line.split()[2]) * 1e9 / 8)
        link.set_latency(0)
        link.seal()
        arcs.append(s.LinkInRoute(link))
flows = []
for line in (folder / (k + ".flows")).read_text().splitlines():
    words = line.split()
    ends = hosts[int(words[0])], hosts[int(words[1])]
    zone.add_route(ends[0].netpoint, ends[1].netpoint, None, None, [arcs[int(arc)] for arc in words[3:]], False)
    flows.append((ends, float(words[2])))
zone.seal()
def send():
    for communication in [s.Comm.sendto_async(a, b, int(rate * 1e9 / 8)) for (a, b), rate in flows]:
        communication.wait()
s.Actor.create("all", flows[0][0][0], send)
start = time.perf_counter()
engine.run()
taken = (time.perf_counter() - start) * 1e3
version = s.simgrid_version
print(version() if callable(version) else version, taken, engine.clock, sep="\\t")
"""


def extracted(**more):
    """The environment for programs that were taken out of Debian packages below FOLDER/root."""
    root = folder / "root/usr"
    if not root.is_dir():
        return dict(os.environ, **more)
    libraries = f"{root}/lib/x86_64-linux-gnu:{root}/lib"
    return dict(os.environ, LD_LIBRARY_PATH=libraries, PYTHONPATH=f"{root}/lib/python3/dist-packages", PATH=f"{root}/bin:" + os.environ["PATH"], **more)


def simgrid_jobs():
    python = "/usr/bin/python3" if (folder / "root/usr").is_dir() else sys.executable
    for k in (8, 16, 24):
        done = subprocess.run([python, "-c", SIMGRID, str(folder), str(k)], capture_output=True, text=True, env=extracted())
        last = done.stdout.strip().splitlines()[-1:]
        if done.returncode or not last:
            raise ImportError((done.stderr.strip().splitlines() or ["it did not run"])[-1])
        version, ms, clock = last[0].split("\t")
        # Every flow has what it can send in a second, so that the clock says how far apart the shares are.
        right = own["max-min of single paths", f"k={k}"][1]
        row("max-min of single paths", k, f"SimGrid {version}", float(ms), right if abs(float(clock) - 1) < 1e-6 else f"{float(right) / float(clock)}")


def ibdmchk_jobs():
    for k in (8, 16):
        count, hosts, links = load(k)
        inside, ports, text = set(hosts), [0] * count, []
        name = lambda at: f"{'HCX' if at in inside else 'SWX'} n{at}"
        beside = [[] for _ in range(count)]
        for a, b, _ in links:
            ports[a], ports[b] = ports[a] + 1, ports[b] + 1
            beside[a].append((ports[a], b, ports[b]))
        for at, own_links in enumerate(beside):
            if own_links:
                text += [name(at)] + [f"   P{port} -> {name(other)} P{there}" for port, other, there in own_links] + [""]
        (folder / "fabric.topo").write_text("\n".join(text) + "\n")
        kinds = folder / "ibnl"
        kinds.mkdir(exist_ok=True)
        for kind, is_a, most in (("SWX", "SW", k), ("HCX", "CA", 1)):
            (kinds / f"{kind}.ibnl").write_text(f"TOPSYSTEM {kind}\n\nNODE {is_a} {most} {kind} U1\n" + "".join(f"{at} -> P{at}\n" for at in range(1, most + 1)))
        asked = ["ibdmchk", "-t", str(folder / "fabric.topo"), "-n", f"n{hosts[0]}/U1", "-p", "1"]
        environment = extracted(IBDM_IBNL_PATH=str(kinds))
        start = time.perf_counter()
        done = subprocess.run(asked, capture_output=True, text=True, env=environment)
        ms = (time.perf_counter() - start) * 1e3
        answer = "no circle" if "no credit loops found" in done.stdout else "a circle"
        if "credit loops" not in done.stdout.lower():
            raise ImportError("it gave no verdict")
        row("deadlock verdict", k, "ibdmchk", ms, answer)


for name, jobs, how in (
    ("igraph", igraph_jobs, "pip install igraph"),
    ("networkx", networkx_jobs, "pip install networkx"),
    ("SimGrid", simgrid_jobs, "apt install python3-simgrid"),
    ("ibdmchk", ibdmchk_jobs, "apt install ibutils"),
):
    try:
        jobs()
    except Exception as error:  # a peer that fails in its own way is named, and the others go on
        missing.append(f"{name} did not run ({type(error).__name__}: {str(error)[:160]}); to install it: {how}")

print("| job | fabric | Weft ms | peer | peer ms | times as long | |\n|---|---|---|---|---|---|---|")
for job, size, mine, peer, ms, note in rows:
    print(f"| {job} | {size} | {mine:.3g} | {peer} | {ms:.3g} | {ms / mine:,.0f} | {note} |")
for line in missing:
    print("\n" + line)
