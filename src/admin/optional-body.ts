import type { RequestHandler } from 'express';
import { createJsonBodyParser } from '../http/middleware';
import { bodyLimit } from './requests';

const read = createJsonBodyParser(bodyLimit);

/** JSON, or nothing. */
export const readOptionalJsonBody: RequestHandler = async (req, res, next) => {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = req.headers;
  if (length === '0' && coding === undefined) next();
  else await read(req, res, next);
};
