import type { RequestListener } from 'node:http';
import type { RequestHandler } from 'express';
import type { Surface } from '../http/app';
import { Faults, injectFaults } from './faults';
import { Journal } from './journal';
import { recording } from './recording';
import { type AdminParts, adminRouter } from './router';

/** What `/admin` provides to the rest of the gateway. */
export interface Admin {
  /** For the head of every dialect's router. */
  readonly intervene: RequestHandler;
  readonly surface: Surface;
  /** The listener, with every exchange recorded. */
  watch(listener: RequestListener): RequestListener;
}

export function createAdmin(parts: AdminParts): Admin {
  const faults = new Faults();
  const journal = new Journal();
  return {
    intervene: injectFaults(faults),
    surface: {
      name: 'admin',
      path: /^(?=\/admin(?:\/|$))/,
      router: adminRouter(parts, faults, journal),
    },
    watch: (listener) => recording(listener, journal),
  };
}
