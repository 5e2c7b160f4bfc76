import { compare, hashSync } from "bcryptjs";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createBasicAuth } from "./basic_auth.ts";
import { bcryptCost } from "./bcrypt_hash.ts";

const USERS = new Map([["alice", hashSync("wonder:land", 4)], ["bob", hashSync("пароль", 5)]]);

function requestWith(authorization?: string): Request {
  return new Request("http://localhost/", { headers: authorization === undefined ? {} : { authorization } });
}

function basic(text: string): string {
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}`;
}

/** Counts comparisons, and how many ran at the same time at most. */
function counting() {
  const counts = { comparisons: 0, atOnce: 0, costs: [] as (number | undefined)[] };
  let running = 0;
  async function counted(password: string, hash: string): Promise<boolean> {
    counts.comparisons++;
    counts.atOnce = Math.max(counts.atOnce, ++running);
    counts.costs.push(bcryptCost(hash));
    const isRight = await compare(password, hash);
    running--;
    return isRight;
  }
  return { counts, compare: counted };
}

describe("createBasicAuth()", () => {
  const cases: [what: string, authorization: string | undefined, isLetIn: boolean][] = [
    ["the right password", basic("alice:wonder:land"), true],
    ["the right password, with the scheme in other letters", basic("bob:пароль").replace("Basic", "bASIC"), true],
    ["a wrong password", basic("alice:wonder"), false],
    ["an empty password", basic("alice:"), false],
    ["another user's password", basic("bob:wonder:land"), false],
    ["an unknown user", basic("carol:wonder:land"), false],
    ["a name that every object has", basic("constructor:x"), false],
    ["no header", undefined, false],
    ["another scheme", `Bearer ${btoa("alice:wonder:land")}`, false],
    ["no colon", basic("alice"), false],
    ["no base64", "Basic alice:wonder:land", false],
    ["nothing behind the scheme", "Basic ", false],
    ["bytes that are no UTF-8", `Basic ${btoa("alice:\xff")}`, false],
  ];
  for (const [what, authorization, isLetIn] of cases) {
    it(`${isLetIn ? "lets in" : "refuses"} ${what}`, async () => {
      const check = createBasicAuth(compare);
      // The second time from what it kept.
      for (let times = 0; times < 2; times++) {
        const refusal = await check(requestWith(authorization), USERS);
        assert.equal(refusal?.status, isLetIn ? undefined : 401);
        assert.equal(refusal?.headers.get("WWW-Authenticate"), isLetIn ? undefined : "Basic");
        assert.equal(await refusal?.text(), isLetIn ? undefined : "Unauthorized\n");
      }
    });
  }

  it("compares the same user, hash and password once", async () => {
    const { counts, compare } = counting();
    const check = createBasicAuth(compare);
    const requests = Array.from({ length: 10 }, (_, i) => requestWith(basic(i % 2 ? "alice:wonder:land" : "alice:no")));
    const refusals = await Promise.all(requests.map((request) => check(request, USERS)));
    assert.deepEqual(refusals.map((refusal) => refusal?.status ?? 200), [
      401,
      200,
      401,
      200,
      401,
      200,
      401,
      200,
      401,
      200,
    ]);
    assert.deepEqual(counts, { comparisons: 2, atOnce: 1, costs: [4, 4] });
  });

  it("compares anew when the hash has changed, and lets nobody in who is gone", async () => {
    const check = createBasicAuth(compare);
    const request = requestWith(basic("alice:wonder:land"));
    assert.equal(await check(request, USERS), undefined);
    assert.equal((await check(request, new Map([["alice", hashSync("other", 4)]])))?.status, 401);
    assert.equal((await check(request, new Map([["bob", hashSync("other", 4)]])))?.status, 401);
    assert.equal(await check(request, USERS), undefined);
  });

  it("compares unknown users with a hash of the highest cost", async () => {
    const { counts, compare } = counting();
    const check = createBasicAuth(compare);
    assert.equal((await check(requestWith(basic("nobody:x")), USERS))?.status, 401);
    assert.deepEqual(counts.costs, [5]);
  });

  it("keeps what is right through a flood of wrong passwords, and a bounded number of those", async () => {
    const { counts, compare } = counting();
    const check = createBasicAuth(compare);
    const right = requestWith(basic("alice:wonder:land"));
    await check(right, USERS);
    for (let i = 0; i < 101; i++) await check(requestWith(basic(`alice:${i}`)), USERS);
    assert.equal(counts.comparisons, 102);
    await check(right, USERS);
    await check(requestWith(basic("alice:100")), USERS);
    assert.equal(counts.comparisons, 102);
    await check(requestWith(basic("alice:0")), USERS);
    assert.equal(counts.comparisons, 103);
  });

  it("answers 429 to those for whom there is no room to wait", async () => {
    const { promise: doors, resolve: open } = Promise.withResolvers<boolean>();
    const check = createBasicAuth(() => doors);
    const all = Array.from({ length: 103 }, (_, i) => check(requestWith(basic(`alice:${i}`)), USERS));
    const refused = await Promise.race(all.map(async (one, i) => ({ i, refusal: await one })));
    assert.equal(refused.refusal?.status, 429);
    open(false);
    const statuses = (await Promise.all(all)).map((refusal) => refusal?.status);
    assert.equal(statuses.filter((status) => status === 401).length, 100);
    assert.equal(statuses.filter((status) => status === 429).length, 3);
  });

  it("goes on after a comparison that failed", async () => {
    let fails = true;
    const check = createBasicAuth((password, hash) => {
      return fails ? Promise.reject(new Error("broken")) : compare(password, hash);
    });
    const request = requestWith(basic("alice:wonder:land"));
    await assert.rejects(check(request, USERS), /broken/);
    fails = false;
    assert.equal(await check(request, USERS), undefined);
  });

  it("lets comparisons overlap where they must not wait for each other", async () => {
    let begun = 0;
    let bothHaveBegun = () => {};
    const both = new Promise<void>((resolve) => bothHaveBegun = resolve);
    const check = createBasicAuth(async () => {
      if (++begun === 2) bothHaveBegun();
      await both;
      return true;
    }, { overlapping: true });
    const requests = ["alice:wonder:land", "bob:пароль"].map((text) => requestWith(basic(text)));
    assert.deepEqual(await Promise.all(requests.map((request) => check(request, USERS))), [undefined, undefined]);
  });
});
