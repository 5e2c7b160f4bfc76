/** The known word that is most like one that is not known; `undefined` if none is like it. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  return [...known].map((candidate) => ({ candidate, edits: editDistance(word, candidate) }))
    .filter(({ edits }) => edits <= Math.max(2, word.length / 4))
    .sort((a, b) => a.edits - b.edits)[0]?.candidate;
}

/** How many letters must be put in, left out or changed to make one word of the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
