import { vi } from "vitest";

/** Runs a test in which every request of the exporter gets what it is told to. */
export async function withUpstream(
  answer: (headers: Headers) => Response | Promise<Response>,
  test: (url: string) => Promise<void>,
): Promise<void> {
  vi.stubGlobal("fetch", (_input: unknown, { headers, signal }: RequestInit = {}) => {
    return new Promise<Response>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      Promise.resolve(answer(new Headers(headers))).then(resolve, reject);
    });
  });
  try {
    await test("http://upstream.test:8080");
  } finally {
    vi.unstubAllGlobals();
  }
}
