import { assert, test } from "vitest";
