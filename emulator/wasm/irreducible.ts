/**
 * Makes control flow reducible. A cycle that is entered at several blocks has no header, and
 * cannot be written as a loop. It gets one: a block that goes on to any of those entries, by a
 * variable, and that all jumps to them lead through; then the same inside of it, without its
 * header. Cycles are strongly connected components (Tarjan, "Depth-First Search and Linear Graph
 * Algorithms").
 */

/** A graph: the successors of each node. Nodes are numbers from 0; node 0 is the entry. */
export type Graph = readonly (readonly number[])[];

/** The entries of each cycle that has several. No node is in two of them. */
export function sharedEntries(graph: Graph): readonly (readonly number[])[] {
  const found: (readonly number[])[] = [];
  const predecessors: number[][] = graph.map(() => []);
  graph.forEach((successors, from) => {
    for (const to of successors) predecessors[to]?.push(from);
  });
  const look = (nodes: ReadonlySet<number>, removed: ReadonlySet<number>): void => {
    for (const cycle of cycles(graph, nodes, removed)) {
      const entries = [...cycle].filter(
        (node) => node === 0 || (predecessors[node] as number[]).some((from) => !cycle.has(from)),
      );
      if (entries.length > 1) found.push(entries);
      // What leads to an entry leads to the header, which is left out from here on.
      look(cycle, new Set([...removed, ...entries]));
    }
  };
  look(new Set(graph.keys()), new Set());
  return found;
}

/** The cycles among some nodes, where jumps to the removed ones do not count. */
function cycles(
  graph: Graph,
  nodes: ReadonlySet<number>,
  removed: ReadonlySet<number>,
): ReadonlySet<number>[] {
  const found: ReadonlySet<number>[] = [];
  const numbers = new Map<number, number>();
  const lowest = new Map<number, number>();
  const path: number[] = [];
  const onPath = new Set<number>();
  const following = (node: number) =>
    (graph[node] as readonly number[]).filter((to) => nodes.has(to) && !removed.has(to));
  const visit = (root: number): void => {
    const stack = [{ node: root, next: following(root), at: 0 }];
    const begin = (node: number) => {
      numbers.set(node, numbers.size);
      lowest.set(node, numbers.get(node) as number);
      path.push(node);
      onPath.add(node);
    };
    begin(root);
    while (stack.length > 0) {
      const top = stack.at(-1) as (typeof stack)[number];
      const low = lowest.get(top.node) as number;
      const to = top.next[top.at++];
      if (to === undefined) {
        stack.pop();
        const above = stack.at(-1);
        if (above !== undefined) {
          lowest.set(above.node, Math.min(lowest.get(above.node) as number, low));
        }
        if (low === numbers.get(top.node)) {
          const members = path.splice(path.lastIndexOf(top.node));
          for (const member of members) onPath.delete(member);
          if (members.length > 1 || top.next.includes(top.node)) found.push(new Set(members));
        }
      } else if (!numbers.has(to)) {
        begin(to);
        stack.push({ node: to, next: following(to), at: 0 });
      } else if (onPath.has(to)) {
        lowest.set(top.node, Math.min(low, numbers.get(to) as number));
      }
    }
  };
  for (const node of nodes) if (!numbers.has(node)) visit(node);
  return found;
}
