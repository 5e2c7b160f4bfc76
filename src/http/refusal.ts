/** Why a request is not answered, by status, in the words of Go's `http.StatusText`. */
const TEXTS = {
  401: "Unauthorized",
  429: "Too Many Requests",
  500: "Internal Server Error",
} as const;

/** Answers as Go's `http.Error` does. */
export function refusal(status: keyof typeof TEXTS, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${TEXTS[status]}\n`, {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff", ...headers },
  });
}
