/** The entry of the adapter on Node; `node-server.ts` says in which ways it can be started. */
import { main } from "./node-server.ts";

void main(process.argv.slice(2));
