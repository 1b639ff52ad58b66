import type { RequestListener } from 'node:http';
import type { RequestHandler } from 'express';
import type { Surface } from '../http/app';
import { FaultRegistry } from './faults';
import { type FaultDeps, injectFaults } from './fault-injection';
import { Journal } from './journal';
import { recordExchanges } from './recording';
import { replayRequest } from './replay';
import { type AdminDeps, adminRouter } from './router';

/** What `/admin` provides to the rest of the gateway. */
export interface Admin {
  /** For the head of every dialect's router. */
  readonly intervene: RequestHandler;
  readonly surface: Surface;
  /** The listener, with every exchange recorded. */
  watch(listener: RequestListener): RequestListener;
}

export function createAdmin(parts: AdminDeps, means: FaultDeps): Admin {
  const faults = new FaultRegistry();
  const journal = new Journal();
  let watched: RequestListener = () => undefined;
  return {
    intervene: injectFaults(faults, means),
    surface: {
      name: 'admin',
      path: /^(?=\/admin(?:\/|$))/,
      router: adminRouter(parts, faults, journal, (of, original) => replayRequest(watched, of, original)),
    },
    watch: (listener) => (watched = recordExchanges(listener, journal)),
  };
}
