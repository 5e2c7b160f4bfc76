/**
 * Huffman codes as deflate has them (RFC 1951, 3.2.2): canonical, of limited length, written with the first bit lowest.
 */

/** How many bits each symbol's code has: 0 for those that do not occur, else 1 to `most`. */
export function codeLengths(frequencies: ArrayLike<number>, most: number): Uint8Array {
  const lengths = new Uint8Array(frequencies.length);
  const symbols = Array.from({ length: frequencies.length }, (_, symbol) => symbol)
    .filter((symbol) => frequencies[symbol]! > 0)
    .sort((a, b) => frequencies[a]! - frequencies[b]! || a - b);
  if (symbols.length <= 1) {
    for (const symbol of symbols) lengths[symbol] = 1;
    return lengths;
  }
  const counts = limited(treeDepths(symbols.map((symbol) => frequencies[symbol]!)), most);
  // The rarest symbols get the longest codes.
  let next = 0;
  for (let length = most; length > 0; length--) {
    for (let i = 0; i < counts[length]!; i++) lengths[symbols[next++]!] = length;
  }
  return lengths;
}

/** The codes that belong to lengths. */
export function codesOf(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= 15; length++) {
    code <<= 1;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === length) codes[symbol] = reversed(code++, length);
    }
  }
  return codes;
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((code >> i) & 1) << (length - 1 - i);
  return result;
}

/**
 * How many leaves lie at each depth of the tree that Huffman's algorithm makes of frequencies in rising order: the two
 * rarest trees are joined again and again, and joined ones come out in rising order themselves.
 */
function treeDepths(frequencies: readonly number[]): number[] {
  const leaves = frequencies.length;
  const weights = [...frequencies];
  const parents: number[] = [];
  let leaf = 0;
  let joined = leaves;
  function takeRarest(): number {
    return leaf < leaves && (joined >= weights.length || weights[leaf]! <= weights[joined]!) ? leaf++ : joined++;
  }
  while (weights.length < 2 * leaves - 1) {
    const pair = [takeRarest(), takeRarest()] as const;
    for (const node of pair) parents[node] = weights.length;
    weights.push(weights[pair[0]]! + weights[pair[1]]!);
  }
  const depths: number[] = [];
  const counts: number[] = [];
  depths[weights.length - 1] = 0;
  for (let node = weights.length - 2; node >= 0; node--) {
    const depth = depths[node] = depths[parents[node]!]! + 1;
    if (node < leaves) counts[depth] = (counts[depth] ?? 0) + 1;
  }
  return counts;
}

/** Brings leaves that lie too deep up to `most`, and lets others down until there is room for all. */
function limited(counts: readonly number[], most: number): number[] {
  const result = Array.from({ length: most + 1 }, (_, depth) => counts[depth] ?? 0);
  for (let depth = most + 1; depth < counts.length; depth++) result[most]! += counts[depth] ?? 0;
  const room = 2 ** most;
  let taken = result.reduce((sum, count, depth) => depth === 0 ? sum : sum + count * 2 ** (most - depth), 0);
  while (taken > room) {
    let depth = most - 1;
    while (result[depth] === 0) depth--;
    // One leaf becomes a node, with itself and one from the bottom below it.
    result[depth]!--;
    result[depth + 1]! += 2;
    result[most]!--;
    taken--;
  }
  return result;
}
