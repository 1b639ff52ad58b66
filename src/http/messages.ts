import { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express } from 'express';

/*
 * Express gives each message the prototype of its app. V8 then makes a shape for that message alone, and another for each
 * member that is set later: some fifteen a request, and no cached access fits the next. Messages that have this prototype
 * from the start share their shapes; all others work, too.
 */
export class Incoming extends IncomingMessage {}
export class Outgoing extends ServerResponse {}
Object.setPrototypeOf(Incoming.prototype, express.request);
Object.setPrototypeOf(Outgoing.prototype, express.response);

/** The app then leaves such messages as they are; they get it as a member instead. @returns what gives it to them */
export function useMessages(app: Express): (req: IncomingMessage, res: ServerResponse) => void {
  app.request = Incoming.prototype as typeof app.request;
  app.response = Outgoing.prototype as typeof app.response;
  return (req, res) => {
    (req as typeof app.request).app = app;
    (res as typeof app.response).app = app;
  };
}
