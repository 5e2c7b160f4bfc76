import { describeCarried } from "./_carried.ts";

describeCarried("bun");
