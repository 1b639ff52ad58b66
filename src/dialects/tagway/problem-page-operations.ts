import { HttpFault } from '../../http/errors';
import { createPageSecurityHeaders } from '../../http/middleware';
import type { Response } from 'express';
import type { NativeOperation } from './operation';
import { isProblemName, problemPage } from './problem-page';

const guard = createPageSecurityHeaders(
  "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/** The page that the `type` of a problem leads to. */
export function problemPageOperations(): readonly NativeOperation[] {
  return [
    {
      name: 'listProblems',
      method: 'GET',
      path: '/problems',
      open: true,
      run: (req, res) => {
        guard(req, res, () => undefined);
        send(res);
      },
    },
    {
      name: 'showProblem',
      method: 'GET',
      path: '/problems/:name',
      open: true,
      run: (req, res) => {
        if (!isProblemName(String(req.params['name']))) throw new HttpFault({ kind: 'route-not-found' });
        guard(req, res, () => undefined);
        send(res);
      },
    },
  ];
}

function send(res: Response): void {
  res.type('html').send(problemPage());
}
