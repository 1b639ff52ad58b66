import type { Request, RequestHandler, Response } from 'express';
import { requestBaseUrl } from '../../../http/context';
import type { Handler, Operation } from '../../../http/operations';
import { requestIdHeader, sendWithoutRequestId, startAnswer } from '../responses';
import { healthPage } from './healthcheck';
import { type VersionSettings, versionsText } from './versions';

export type RootOperations = Readonly<
  Record<'chooseVersion' | 'listVersions' | 'checkHealth' | 'checkHealthBriefly' | 'showRoot', Operation>
>;

/** Operations outside a version's API. Each answers every method, unless HEAD has a row of its own. */
export function rootOperations(publicUrl: string | null, site: VersionSettings): RootOperations {
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
        sendWithoutRequestId(req, res, 204);
      },
    },
    showRoot: { name: 'showRoot', method: 'GET', path: '/v2', run: redirectToRoot(publicUrl) },
  };
}

/** Runs an operation that no route has found. */
export function operationHandler({ name, run }: Operation): RequestHandler {
  return (req, res) => {
    req.operation = name;
    return run(req, res);
  };
}

function sendVersions(publicUrl: string | null, site: VersionSettings, status: 200 | 300): Handler {
  return (req, res) => {
    const body = versionsText(requestBaseUrl(req, publicUrl), site);
    sendWithoutRequestId(req, res, status, { contentType: 'application/json', body });
  };
}

function sendHealth(req: Request, res: Response): void {
  sendWithoutRequestId(req, res, 200, healthPage(req.headers.accept));
}

function redirectToRoot(publicUrl: string | null): Handler {
  return (req, res) => {
    startAnswer(req, res, 302, {
      'Content-Type': 'text/plain; charset=utf8',
      Location: `${requestBaseUrl(req, publicUrl)}/v2/`,
      ...requestIdHeader(req.requestId),
      'Content-Length': 0,
    });
    res.end();
  };
}
