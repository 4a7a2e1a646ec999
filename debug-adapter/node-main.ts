/** Starts the adapter on Node: see `node.ts` for the ways. */
import { main } from "./node.ts";

await main(process.argv.slice(2));
