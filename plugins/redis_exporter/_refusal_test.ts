import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isRejection, loginNeeded, loginRefusal, refusal, rejection } from "./_refusal.ts";

describe("refusal()", () => {
  const denied = "NOPERM this user has no permissions to run the 'config|get' command";

  it("refusal() names the right that is missing, and how to grant it", () => {
    const { message, code } = refusal(["CONFIG", "GET", "*"], denied, "monitor");
    assert.equal(code, "NOPERM");
    assert.equal(
      message,
      `Redis does not let user "monitor" run CONFIG GET: ${denied}; grant it with ACL SETUSER monitor +config|get, or ` +
        "switch this collector off",
    );
    assert.match(refusal(["INFO", "commandstats"], denied, undefined).message, /user "default" run INFO:.* \+info,/);
  });

  it("refusal() tells rights to keys from rights to commands", () => {
    const answer = "NOPERM No permissions to access a key";
    assert.match(refusal(["TYPE", "a"], answer, "m").message, /grant the key with ACL SETUSER m ~<pattern>$/);
  });

  it("refusal() passes on other errors as Redis words them, without the arguments", () => {
    const { message, code } = refusal(["EVAL", "return s3cret", "0"], "BUSY Redis is busy", undefined);
    assert.deepEqual([message, code], ["Redis refuses EVAL: BUSY Redis is busy", "BUSY"]);
  });
});

describe("loginRefusal()", () => {
  it("loginRefusal() tells a wrong password from one that is not wanted", () => {
    assert.equal(
      loginRefusal("WRONGPASS invalid username-password pair or user is disabled.", "u").message,
      'Redis refuses the password of user "u": WRONGPASS invalid username-password pair or user is disabled.',
    );
    const answer = "ERR AUTH <password> called without any password configured for the default user.";
    assert.match(loginRefusal(answer, undefined).message, /^Redis has no password, but one was given: .*leave --redis/);
  });
});

describe("rejection()", () => {
  it("rejection() names the server and its reason", () => {
    const { message, code } = rejection("h:1", "DENIED Redis is running in protected mode");
    assert.deepEqual([message, code], [
      "Redis at h:1 turns clients away: DENIED Redis is running in protected mode",
      "DENIED",
    ]);
  });
});

describe("isRejection()", () => {
  it("isRejection() tells what is said to a client from what is said of a command", () => {
    const answers = [
      "ERR max number of clients reached",
      "DENIED Redis is running in protected mode",
      "ERR syntax error",
    ];
    assert.deepEqual(answers.map(isRejection), [true, true, false]);
  });
});

describe("loginNeeded()", () => {
  it("loginNeeded() says where to give the password", () => {
    assert.match(loginNeeded("NOAUTH Authentication required.").message, /^Redis wants a password: .*REDIS_PASSWORD$/);
  });
});
