import { createHash, timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import { reasonOf } from "../discovery/announcement.ts";
import type { Leases } from "../discovery/leases.ts";
import { readTargetGroup } from "../discovery/target_group.ts";
import type { Handler } from "../http/handler.ts";
import { parseDuration } from "../settings/duration.ts";

/** What the registrations of a catalogue are answered with. */
export interface RegistrationOptions {
  readonly leases: Leases;
  /** Puts the leases where they outlive a restart. */
  readonly save: () => Promise<void>;
  /** What who registers has to know. `undefined` lets everybody. */
  readonly token: () => Promise<string | undefined>;
  /** Answers everything else. */
  readonly rest: Handler;
}

/** As `instanceId` makes them, and what other tools may choose. */
const ID = /^[A-Za-z0-9._-]{1,253}$/;
/** A registration is some hundred bytes. */
const MOST_BODY_BYTES = 65_536;
/** More than ten times what one catalogue is meant for. */
const MOST_LEASES = 200_000;
const MOST_TTL_MS = 86_400_000;

/**
 * Takes registrations: `PUT /instances/<id>` with a target group and its `ttl` registers or renews, `DELETE` takes back, `GET
 * /instances` shows all. A registration is answered when it would outlive a crash.
 */
export function createRegistrationHandler(options: RegistrationOptions): Handler {
  const { leases, save, token, rest } = options;
  const app = new Hono();
  let isSafe = true;
  async function keep(hasChanged: boolean): Promise<void> {
    isSafe &&= !hasChanged;
    if (isSafe) return;
    await save();
    isSafe = true;
  }

  app.get("/instances", (context) => {
    leases.review();
    return context.json(
      leases.list().map(({ id, group, ttlMs, renewedAtMs, isLapsed }) => {
        return {
          id,
          ...group,
          ttl: `${ttlMs / 1000}s`,
          renewed: new Date(renewedAtMs).toISOString(),
          lapsed: isLapsed,
        };
      }),
    );
  });
  app.on(["PUT", "DELETE"], "/instances/:id", async (context, next) => {
    const wanted = await token();
    if (wanted !== undefined && !isSame(context.req.header("Authorization") ?? "", `Bearer ${wanted}`)) {
      return refuse(context, 401, "Expected the header Authorization with the token of this catalogue", {
        "WWW-Authenticate": 'Bearer realm="registrations"',
      });
    }
    if (!ID.test(context.req.param("id"))) {
      return refuse(context, 400, "Expected at most 253 letters, digits, dots, dashes and underscores as a name");
    }
    await next();
  });
  app.put("/instances/:id", async (context) => {
    const id = context.req.param("id");
    const text = await readText(context.req.raw);
    if (text === undefined) return refuse(context, 413, `Expected a body of at most ${MOST_BODY_BYTES} bytes`);
    let registration: ReturnType<typeof readRegistration>;
    try {
      registration = readRegistration(text);
    } catch (error) {
      return refuse(context, 400, reasonOf(error));
    }
    if (leases.size >= MOST_LEASES && !leases.has(id)) {
      return refuse(context, 503, `There are ${MOST_LEASES} registrations already`);
    }
    await keep(leases.renew(id, registration));
    return context.body(null, 204);
  });
  app.delete("/instances/:id", async (context) => {
    await keep(leases.release(context.req.param("id")));
    return context.body(null, 204);
  });
  app.all("/instances", (context) => refuse(context, 405, "Expected GET", { Allow: "GET, HEAD" }));
  app.all("/instances/:id", (context) => refuse(context, 405, "Expected PUT or DELETE", { Allow: "PUT, DELETE" }));
  app.notFound((context) => rest(context.req.raw));
  app.onError((error, context) => refuse(context, 500, `Cannot keep registrations: ${reasonOf(error)}`));
  return async (request) => await app.fetch(request);
}

function readRegistration(text: string): { group: ReturnType<typeof readTargetGroup>; ttlMs: number } {
  const body: unknown = JSON.parse(text);
  if (typeof body !== "object" || body === null) throw new TypeError('Expected an object with "targets" and "ttl"');
  const { ttl, ...rest } = body as Record<string, unknown>;
  const group = readTargetGroup(rest, "registration");
  const ttlMs = typeof ttl === "string" ? parseDuration(ttl) : NaN;
  if (!(ttlMs >= 1000 && ttlMs <= MOST_TTL_MS)) {
    throw new RangeError('Expected a "ttl" from "1s" to "24h", as in "60s"');
  }
  return { group, ttlMs };
}

/** The body, or `undefined` if it is too large. */
async function readText(request: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return await new Blob(chunks as BlobPart[]).text();
}

/** Takes as long for any wrong text. */
function isSame(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a!, b!);
}

function refuse(
  context: Context,
  status: 400 | 401 | 405 | 413 | 500 | 503,
  reason: string,
  headers: Record<string, string> = {},
): Response {
  return context.text(`${reason}\n`, status, headers);
}
