import type { RequestListener } from 'node:http';
import type { RequestHandler } from 'express';
import type { Surface } from '../http/app';
import { Faults } from './faults';
import { type FaultMeans, injectFaults } from './intervention';
import { Journal } from './journal';
import { recordExchanges } from './recording';
import { replayThrough } from './replay';
import { type AdminParts, adminRouter } from './router';

/** What `/admin` provides to the rest of the gateway. */
export interface Admin {
  /** For the head of every dialect's router. */
  readonly intervene: RequestHandler;
  readonly surface: Surface;
  /** The listener, with every exchange recorded. */
  watch(listener: RequestListener): RequestListener;
}

export function createAdmin(parts: AdminParts, means: FaultMeans): Admin {
  const faults = new Faults();
  const journal = new Journal();
  let watched: RequestListener = () => undefined;
  return {
    intervene: injectFaults(faults, means),
    surface: {
      name: 'admin',
      path: /^(?=\/admin(?:\/|$))/,
      router: adminRouter(parts, faults, journal, (of, original) => replayThrough(watched, of, original)),
    },
    watch: (listener) => (watched = recordExchanges(listener, journal)),
  };
}
