/**
 * Waits for something, but not for ever. Somebody waits for the outcome, so the program stays alive that long.
 *
 * @returns Whether it was there in time.
 * @throws Whatever it rejects with in time.
 */
export async function isInTime(awaited: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([awaited.then(() => true), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
