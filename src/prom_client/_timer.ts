/** Starts to measure. The function it gives tells how many seconds have passed. */
export function startClock(): () => number {
  const startMs = performance.now();
  return () => (performance.now() - startMs) / 1000;
}
