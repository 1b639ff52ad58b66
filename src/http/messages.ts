import { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express } from 'express';

/*
 * Express gives each message the prototype of its app. V8 then makes a shape for that message alone, and another for each
 * member that is set later: some fifteen a request, and no cached access fits the next. Messages that have this prototype
 * from the start share their shapes; all others work, too.
 */
export class ExpressIncomingMessage extends IncomingMessage {}
export class ExpressServerResponse extends ServerResponse {}
Object.setPrototypeOf(ExpressIncomingMessage.prototype, express.request);
Object.setPrototypeOf(ExpressServerResponse.prototype, express.response);

/** The app then leaves such messages as they are; they get it as a member instead. @returns what gives it to them */
export function useExpressMessages(app: Express): (req: IncomingMessage, res: ServerResponse) => void {
  app.request = ExpressIncomingMessage.prototype as typeof app.request;
  app.response = ExpressServerResponse.prototype as typeof app.response;
  return (req, res) => {
    (req as typeof app.request).app = app;
    (res as typeof app.response).app = app;
  };
}
