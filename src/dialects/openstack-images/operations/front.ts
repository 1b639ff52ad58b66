import type { Request, RequestHandler, Response } from 'express';
import { baseUrl } from '../../../http/context';
import type { Handler, Operation } from '../../../http/operations';
import { requestIdHeader, sendUnnamed, startAnswer } from '../responses';
import { healthPage } from './healthcheck';
import { type Site, versionsText } from './versions';

export type FrontOperations = Readonly<
  Record<'chooseVersion' | 'listVersions' | 'checkHealth' | 'checkHealthBriefly' | 'showRoot', Operation>
>;

/** What lies in front of the API proper; whatever the method, save where HEAD has a row of its own. */
export function frontOperations(publicUrl: string | null, site: Site): FrontOperations {
  const versions = (status: 200 | 300): Handler => sendVersions(publicUrl, site, status);
  return {
    chooseVersion: { name: 'chooseVersion', method: 'GET', path: '/', run: versions(300) },
    listVersions: { name: 'listVersions', method: 'GET', path: '/versions', run: versions(200) },
    checkHealth: { name: 'checkHealth', method: 'GET', path: '/healthcheck', run: sendHealth },
    checkHealthBriefly: {
      name: 'checkHealthBriefly',
      method: 'HEAD',
      path: '/healthcheck',
      run: (req, res) => {
        sendUnnamed(req, res, 204);
      },
    },
    showRoot: { name: 'showRoot', method: 'GET', path: '/v2', run: redirectToRoot(publicUrl) },
  };
}

/** Runs an operation that no route has found. */
export function runOperation({ name, run }: Operation): RequestHandler {
  return (req, res) => {
    req.operation = name;
    return run(req, res);
  };
}

function sendVersions(publicUrl: string | null, site: Site, status: 200 | 300): Handler {
  return (req, res) => {
    const body = versionsText(baseUrl(req, publicUrl), site);
    sendUnnamed(req, res, status, { contentType: 'application/json', body });
  };
}

function sendHealth(req: Request, res: Response): void {
  sendUnnamed(req, res, 200, healthPage(req.headers.accept));
}

function redirectToRoot(publicUrl: string | null): Handler {
  return (req, res) => {
    startAnswer(req, res, 302, {
      'Content-Type': 'text/plain; charset=utf8',
      Location: `${baseUrl(req, publicUrl)}/v2/`,
      ...requestIdHeader(req.requestId),
      'Content-Length': 0,
    });
    res.end();
  };
}
